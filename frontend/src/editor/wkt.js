// Well-known text (OGC 06-103r4) as GeoJSON, in longitude and latitude.

const CRS = /^\s*<([^>]*)>\s*/;
const LONGITUDE_FIRST = /CRS84$/;
const LATITUDE_FIRST = /EPSG\/(0|[\d.]+)\/4326$/;

/**
 * The geometry of a WKT literal; null when it is broken or in other coordinates.
 * @param {string} text
 * @returns {any}
 */
export function geometry(text) {
  const crs = CRS.exec(text);
  if (crs && !LONGITUDE_FIRST.test(crs[1]) && !LATITUDE_FIRST.test(crs[1])) {
    return null;
  }
  const swapped = crs !== null && LATITUDE_FIRST.test(crs[1]);
  const words = text.slice(crs ? crs[0].length : 0).match(/[A-Za-z]+|[-+]?\d*\.?\d+(?:[eE][-+]?\d+)?|[(),]/g) ?? [];
  let index = 0;
  const next = () => words[index++];

  const position = () => {
    const found = [];
    while (/\d/.test(words[index] ?? "")) {
      found.push(Number(next()));
    }
    const [x, y] = swapped ? [found[1], found[0]] : found;
    if (!(Math.abs(x) <= 180 && Math.abs(y) <= 90)) {
      throw new RangeError();
    }
    return [x, y];
  };
  /** @param {() => any} item @returns {any[]} */
  const list = (item) => {
    if (next() !== "(") {
      throw new SyntaxError();
    }
    const found = [item()];
    while (words[index] === ",") {
      index += 1;
      found.push(item());
    }
    if (next() !== ")") {
      throw new SyntaxError();
    }
    return found;
  };
  const point = () => (words[index] === "(" ? list(position)[0] : position());
  const line = () => list(position);
  const polygon = () => list(line);
  const shape = () => {
    const type = (next() ?? "").toUpperCase();
    if (/^(Z|M|ZM)$/i.test(words[index] ?? "")) {
      index += 1;
    }
    switch (type) {
      case "POINT":
        return { type: "Point", coordinates: list(position)[0] };
      case "LINESTRING":
        return { type: "LineString", coordinates: line() };
      case "POLYGON":
        return { type: "Polygon", coordinates: polygon() };
      case "MULTIPOINT":
        return { type: "MultiPoint", coordinates: list(point) };
      case "MULTILINESTRING":
        return { type: "MultiLineString", coordinates: list(line) };
      case "MULTIPOLYGON":
        return { type: "MultiPolygon", coordinates: list(polygon) };
      case "GEOMETRYCOLLECTION":
        return { type: "GeometryCollection", geometries: list(shape) };
      default:
        throw new SyntaxError();
    }
  };
  try {
    const found = shape();
    return index === words.length ? found : null;
  } catch {
    return null;
  }
}
