namespace Gemel.History;

/// <summary>Converts a stored number into the unit that the reader wants for <paramref name="path"/>.</summary>
/// <param name="unit">The unit it was stored under; null where none was declared.</param>
/// <returns>The converted value; the very same value where both units are the same, so that nothing is rounded.</returns>
public delegate double UnitConversion(string path, string? unit, double value);
