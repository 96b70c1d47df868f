using System.Text;

namespace Gemel.Ingest.Tests.Gateways;

/// <summary>What is kept of tags, and what bounds it.</summary>
public sealed class TagResolverTests : IDisposable
{
    private const int Mebibyte = 1 << 20;

    private readonly TestDoor _door = new();

    public void Dispose() => _door.Dispose();

    [Fact]
    public void Tags_are_kept_until_their_names_together_exceed_eight_mebibytes()
    {
        Mapping mapping = _door.Use("""
            unmatched: ignore
            rules:
              - { tag: A.T, twin: P1, path: temperature }
            """);
        TagResolver resolver = new(_door, mapping, mapping.For("devices/gw-1/data"), "gw-1", _door.Deadbands);
        TagEntry kept = Find(resolver, "A.T");
        FindLong(resolver, count: 7, mark: 'a');
        Assert.Same(kept, Find(resolver, "A.T"));
        FindLong(resolver, count: 1, mark: 'b');
        TagEntry again = Find(resolver, "A.T");
        Assert.NotSame(kept, again);
        Assert.Equal(TagKind.Target, again.Kind);

        // The count begins anew with what is kept: the last long tag and this one.
        FindLong(resolver, count: 6, mark: 'c');
        Assert.Same(again, Find(resolver, "A.T"));
        FindLong(resolver, count: 1, mark: 'd');
        Assert.NotSame(again, Find(resolver, "A.T"));
    }

    private static TagEntry Find(TagResolver resolver, string tag) => resolver.Find(Encoding.UTF8.GetBytes(tag), before: null);

    private static void FindLong(TagResolver resolver, int count, char mark)
    {
        for (int i = 0; i < count; i++)
        {
            Assert.Equal(TagKind.Ignored, Find(resolver, $"{i}{new string(mark, Mebibyte - 1)}").Kind);
        }
    }
}
