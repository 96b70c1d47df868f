namespace Gemel.Modeling;

/// <summary>A model as journal and checkpoint keep it; enough to make the same <see cref="TwinSchema"/> again.</summary>
/// <param name="SchemaId">The number its schema got at upload.</param>
/// <param name="Document">As <see cref="ModelEntry.Document"/>.</param>
/// <param name="IsDeleted">The model is gone, its schema stays.</param>
public sealed record StoredModel(int SchemaId, ReadOnlyMemory<byte> Document, Timestamp UploadTime, bool IsDecommissioned, bool IsDeleted);
