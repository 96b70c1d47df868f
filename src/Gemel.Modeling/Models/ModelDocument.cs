namespace Gemel.Modeling;

/// <summary>One document of an upload.</summary>
/// <param name="Name">File name or number, for the positions of errors; null where there is only one document.</param>
/// <param name="Json">One interface object or an array of them, UTF-8, with or without byte-order mark.</param>
public sealed record ModelDocument(string? Name, ReadOnlyMemory<byte> Json);
