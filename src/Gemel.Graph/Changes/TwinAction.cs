namespace Gemel.Graph;

/// <summary>What a journaled change does to a twin. The numbers are part of the stored format (<c>changes.proto</c>).</summary>
public enum TwinAction
{
    /// <summary>The cells are set; the rest stays.</summary>
    Update = 0,
    /// <summary>A new life; the cells are its first state.</summary>
    Create = 1,
    /// <summary>All properties are cleared, then the cells are set; last values of telemetry stay.</summary>
    Replace = 2,
    /// <summary>The life ends.</summary>
    Delete = 3,
    /// <summary>The schema changes: columns of the same path and kind are carried over, then the cells are set.</summary>
    Model = 4,
}

/// <summary>What a journaled change does to a relationship.</summary>
public enum RelationshipAction
{
    Put = 0,
    Remove = 1,
}
