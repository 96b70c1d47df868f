using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace Gemel.History.Tests;

public sealed class SeriesCatalogTests
{
    private static readonly TwinKey First = TwinKey.Create(7, 1);
    private static readonly TwinKey Second = TwinKey.Create(7, 300);

    [Fact]
    public void A_life_has_the_numbers_of_a_whole_layout_and_its_id_under_every_layout()
    {
        SeriesCatalog catalog = new();
        SeriesLayout before = catalog.LayoutOf([new("speed", "hertz"), new("flow", null)]);
        SeriesLayout after = catalog.LayoutOf([new("flow", null), new("level", "metre"), new("speed", null)]);
        Assert.Same(before, catalog.LayoutOf([new("speed", "hertz"), new("flow", null)]));

        Assert.Equal(0, catalog.Add(First, "pump-ä", before).Value);
        Assert.Equal(2, catalog.Add(Second, "pump-2", before).Value);
        Assert.Equal(4, catalog.Add(First, "pump-ä", after).Value);

        Assert.True(catalog.TryFind(First, before, out SeriesId first));
        Assert.Equal(0, first.Value);
        Assert.False(catalog.TryFind(Second, after, out _));
        Assert.Equal("pump-ä", catalog.FindId(First));
        Assert.Null(catalog.FindId(TwinKey.Create(4095, 1)));
        Assert.Equal(new Series(new SeriesId(5), First, "pump-ä", "level", "metre"), catalog[new SeriesId(5)]);
        Assert.Equal([0, 1, 4, 5, 6], catalog.Of(First).Select(series => series.Id.Value));
        Assert.Equal(3, catalog.GetOrAdd(Second, "pump-2", "flow", null).Value);
        Assert.Equal(7, catalog.GetOrAdd(Second, "pump-2", "speed", null).Value);
        Assert.Equal(8, catalog.Count);
    }

    [Fact]
    public void A_file_written_in_pieces_gives_back_the_same_numbers()
    {
        using var folder = new TemporaryFile();
        SeriesCatalog catalog = new();
        long length = 0;
        int saved = 0;
        SeriesLayout pump = catalog.LayoutOf([new("speed", "hertz"), new("flow", null)]);
        for (ulong twin = 1; twin <= 20_000; twin++)
        {
            catalog.Add(TwinKey.Create((int)(twin % 4096), twin), $"twin-{twin}", twin % 7 == 0 ? catalog.LayoutOf([new($"path-{twin % 70}", null)]) : pump);
            if (twin is 1 or 2 or 9_000 or 20_000)
            {
                length = SeriesFile.Append(new FileActions(), folder.Path, length, catalog, saved, catalog.Count);
                saved = catalog.Count;
            }
        }

        SeriesCatalog loaded = new();
        SeriesFile.Load(folder.Path, length, loaded);
        Assert.Equal(catalog.Count, loaded.Count);
        for (int series = 0; series < catalog.Count; series++)
        {
            Assert.Equal(catalog[new SeriesId(series)], loaded[new SeriesId(series)]);
        }
    }

    [Fact]
    public void A_file_of_format_1_is_read_and_gone_on_with()
    {
        using var folder = new TemporaryFile();
        byte[] old = [.. FormatOne(First, "pump-1", "speed", "hertz"), .. FormatOne(Second, "pump-2", "speed", "hertz"), .. FormatOne(First, "pump-1", "flow", null)];
        File.WriteAllBytes(folder.Path, old);
        SeriesCatalog catalog = new();
        SeriesFile.Load(folder.Path, old.Length, catalog);
        Assert.Equal(
            [(0, "pump-1", "speed", "hertz"), (1, "pump-2", "speed", "hertz"), (2, "pump-1", "flow", null)],
            Enumerable.Range(0, 3).Select(n => catalog[new SeriesId(n)]).Select(s => (s.Id.Value, s.TwinId, s.Path, s.Unit)));

        SeriesLayout whole = catalog.LayoutOf([new("speed", "hertz"), new("flow", null)]);
        Assert.False(catalog.TryFind(First, whole, out _));
        Assert.Equal(3, catalog.Add(First, "pump-1", whole).Value);
        Assert.Equal(5, catalog.GetOrAdd(TwinKey.Create(9, 9), "pump-9", "flow", null).Value);
        long length = SeriesFile.Append(new FileActions(), folder.Path, old.Length, catalog, 3, 6);

        SeriesCatalog loaded = new();
        SeriesFile.Load(folder.Path, length, loaded);
        Assert.Equal(Enumerable.Range(0, 6).Select(n => catalog[new SeriesId(n)]), Enumerable.Range(0, 6).Select(n => loaded[new SeriesId(n)]));
    }

    [Fact]
    public void Any_flipped_bit_is_found()
    {
        using var folder = new TemporaryFile();
        SeriesCatalog catalog = new();
        catalog.Add(First, "pump-1", catalog.LayoutOf([new("speed", "hertz"), new("flow", null)]));
        long length = SeriesFile.Append(new FileActions(), folder.Path, 0, catalog, 0, 2);
        byte[] whole = File.ReadAllBytes(folder.Path);
        for (int bit = 0; bit < whole.Length * 8; bit++)
        {
            byte[] damaged = [.. whole];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            File.WriteAllBytes(folder.Path, damaged);
            Assert.Equal("GMH007", Assert.Throws<GemelException>(() => SeriesFile.Load(folder.Path, length, new SeriesCatalog())).Error.Code.Code);
        }
    }

    private static byte[] FormatOne(TwinKey twin, params string?[] texts)
    {
        using var payload = new MemoryStream();
        using var writer = new BinaryWriter(payload);
        writer.Write(twin.Value);
        foreach (string? text in texts)
        {
            writer.Write(text is null ? -1 : Encoding.UTF8.GetByteCount(text));
            writer.Write(Encoding.UTF8.GetBytes(text ?? ""));
        }
        byte[] bytes = payload.ToArray();
        byte[] record = new byte[8 + bytes.Length];
        BinaryPrimitives.WriteInt32LittleEndian(record, bytes.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(4), Crc32.HashToUInt32(bytes));
        bytes.CopyTo(record, 8);
        return record;
    }

    private sealed class TemporaryFile : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gemel-series-");

        public string Path => System.IO.Path.Combine(_folder.FullName, SeriesFile.FileName);

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
