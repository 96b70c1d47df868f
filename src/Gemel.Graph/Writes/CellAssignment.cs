using Gemel.Modeling;

namespace Gemel.Graph;

/// <summary>What a decided write does to one cell.</summary>
/// <param name="IsCleared">The property is removed; <paramref name="Value"/> is meaningless.</param>
internal readonly record struct CellAssignment(Column Column, bool IsCleared, CellValue Value);
