import {
  commands,
  settings,
  viewContainer,
  views,
  viewTitles,
  type CommandContribution,
  type CommandId,
} from '../src/extension/contributions';
import { viewItemMenu, viewTitleMenu, welcomes } from '../src/extension/menus';

/** The generated parts of package.json, and the texts that they name with `%key%`. */
export interface Manifest {
  readonly parts: Readonly<Record<string, unknown>>;
  readonly texts: Readonly<Record<string, string>>;
}

const short = (id: string) => id.replace(/^containerInternals\./, '');

export function manifest(): Manifest {
  const texts: Record<string, string> = {};
  const text = (key: string, english: string) => {
    texts[key] = english;
    return `%${key}%`;
  };
  const list = Object.entries<CommandContribution>(commands) as [CommandId, CommandContribution][];
  const contributes = {
    viewsContainers: {
      activitybar: [{ ...viewContainer, title: text('viewContainer', viewContainer.title) }],
    },
    views: {
      [viewContainer.id]: Object.values(views).map((id) => ({
        id,
        name: text(`view.${short(id)}`, viewTitles[id].title),
        icon: viewTitles[id].icon,
        contextualTitle: text('viewContainer', viewContainer.title),
      })),
    },
    viewsWelcome: welcomes.map(({ view, when, contents }, index) => ({
      view,
      contents: text(`welcome.${index}`, contents),
      when,
    })),
    commands: list.map(([command, { title, icon, enablement }]) => ({
      command,
      title: text(`command.${short(command)}`, title),
      category: text('category', viewContainer.title),
      ...(icon && { icon }),
      ...(enablement && { enablement }),
    })),
    menus: {
      commandPalette: list
        .filter(([, { palette }]) => palette !== undefined)
        .map(([command, { palette }]) => ({
          command,
          when: palette === false ? 'false' : palette,
        })),
      'view/title': viewTitleMenu,
      'view/item/context': viewItemMenu,
    },
    configuration: {
      title: text('configuration', viewContainer.title),
      properties: Object.fromEntries(
        Object.entries(settings).map(([id, { description, ...setting }]) => [
          id,
          { ...setting, markdownDescription: text(`setting.${short(id)}`, description) },
        ]),
      ),
    },
  };
  const parts = {
    icon: 'media/icon.png',
    l10n: './l10n',
    // views and commands activate by themselves; nothing runs before the user looks
    activationEvents: [],
    capabilities: {
      untrustedWorkspaces: {
        supported: 'limited',
        description: text(
          'capability.untrusted',
          'Shows this host. Nothing from the workspace is read or run, trusted or not.',
        ),
      },
      virtualWorkspaces: true,
    },
    contributes,
  };
  return { parts, texts };
}
