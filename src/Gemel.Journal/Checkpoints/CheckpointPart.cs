namespace Gemel.Journal;

/// <summary>One named piece of a checkpoint.</summary>
/// <param name="Name">1 to 100 characters of a–z 0–9 - _ . , beginning with a letter or digit; distinct within a checkpoint.</param>
/// <param name="File">Name of the file that holds it; a later checkpoint may share it.</param>
/// <param name="Bytes">Length.</param>
/// <param name="Checksum">XXH3-128 of the bytes, 32 lowercase hexadecimal digits.</param>
public sealed record CheckpointPart(string Name, string File, long Bytes, string Checksum);
