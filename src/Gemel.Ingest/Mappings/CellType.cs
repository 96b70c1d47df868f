namespace Gemel.Ingest;

/// <summary>What a cell's text is read as.</summary>
public enum CellType
{
    /// <summary>A number where it reads as one, <c>true</c> and <c>false</c> as booleans, else text.</summary>
    Guess,
    Number,
    Text,
    Boolean,
}
