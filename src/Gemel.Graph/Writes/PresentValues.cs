using Gemel.Modeling;

namespace Gemel.Graph;

/// <summary>What a twin holds at this moment, pending changes included: what decisions are made on.</summary>
/// <remarks>Under the shard's gate only, and only until the twin is changed.</remarks>
internal sealed class PresentValues(Shard shard, Twin twin)
{
    private readonly TwinJsonLayout _layout = TwinJsonLayout.Of(twin.Schema);

    public TwinSchema Schema => twin.Schema;

    public bool IsPresent(Column column) => shard.Current(twin, column).HasValue;

    /// <summary>The value as JSON; null where there is none.</summary>
    public byte[]? JsonOf(Column column)
    {
        CellView cell = shard.Current(twin, column);
        return cell.HasValue ? TwinJson.ValueJson(_layout.PropertyOf(column), in cell) : null;
    }

    /// <summary>Source time of the present value; none where it has none.</summary>
    public Timestamp SourceOf(Column column) => shard.Current(twin, column).Source;
}
