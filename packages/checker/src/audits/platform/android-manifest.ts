import type { Artifacts, TextFile } from '../../gather/artifacts.ts';
import { attributeLine, elementsNamed, type XmlElement, xmlElements } from '../../syntax/xml-elements.ts';

/** Source sets that go into no release. */
const NOT_RELEASED = /(?:^|\/)(?:debug|androidTest|test)\//;

export interface Manifest {
  readonly path: string;
  readonly application: XmlElement;
}

/** Each manifest that a release is made of, with its `<application>`. */
export function releaseManifests(artifacts: Artifacts): Manifest[] {
  return artifacts.texts.flatMap((file) =>
    file.role !== 'android-manifest' || NOT_RELEASED.test(file.path)
      ? []
      : elementsNamed(elementsOf(file), 'application')
          .slice(0, 1)
          .map((application) => ({ path: file.path, application })),
  );
}

/** Several audits ask about the same file. */
const read = new WeakMap<TextFile, XmlElement[]>();
function elementsOf(file: TextFile): XmlElement[] {
  let elements = read.get(file);
  if (elements === undefined) {
    elements = xmlElements(file.source);
    read.set(file, elements);
  }
  return elements;
}

export const android = (element: XmlElement, attribute: string): string | undefined => element.attributes.get(`android:${attribute}`);

/** The intent filter of a component that starts the app from the home screen. */
export const isLauncher = (component: XmlElement): boolean =>
  elementsNamed([component], 'category').some((category) => android(category, 'name') === 'android.intent.category.LAUNCHER');

/** Where a finding about an element, or about one attribute of it, is placed. */
export const elementPlace = (path: string, element: XmlElement, attribute?: string) => ({
  path,
  line: attribute === undefined ? element.line : attributeLine(element, `android:${attribute}`),
  evidence: attribute === undefined ? element.tag.replaceAll(/\s+/g, ' ') : `android:${attribute}="${android(element, attribute) ?? ''}"`,
});
