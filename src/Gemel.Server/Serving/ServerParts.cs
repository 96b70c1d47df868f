using System.Net;
using Gemel.Journal;
using Gemel.Security;
using Gemel.Server.Serving.Tls;

namespace Gemel.Server.Serving;

/// <summary>What a server holds beside its host: data folder, keys, certificates, listeners. Disposed after the host.</summary>
internal sealed class ServerParts : IDisposable
{
    private ServerParts(DataFolder folder, AccessKeys keys, TlsCertificates? certificates) => (Folder, Keys, Certificates) = (folder, keys, certificates);

    public DataFolder Folder { get; }

    public AccessKeys Keys { get; }

    /// <summary>Null where there is no TLS.</summary>
    public TlsCertificates? Certificates { get; }

    public Doors Doors { get; } = new();

    /// <exception cref="GemelException">The folder cannot be used (GMJ0xx, GMS0xx), or an address is taken (GMX030).</exception>
    public static ServerParts Open(ServeOptions options, TimeProvider clock, string version)
    {
        // Before anything is touched: what has begun to run would have to be taken down again.
        if (TakenOf(options) is { } taken)
        {
            throw new GemelException(ServerErrors.AddressTaken.With(taken));
        }
        DataFolder folder = DataFolder.Open(DiskFiles.Instance, options.Data, Timestamp.From(clock.GetUtcNow()), version);
        try
        {
            AccessKeys keys = OpenKeys(folder.Root);
            return new ServerParts(folder, keys, options.Tls is { } tls ? TlsCertificates.Open(tls, folder.Root, AddressesOf(options), clock) : null);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <returns>The first of the addresses that another socket holds; null where none is taken.</returns>
    public static string? TakenOf(ServeOptions options) =>
        new (string Scheme, IPEndPoint? Address)[] { ("http", options.Http), ("mqtt", options.Mqtt), ("https", options.Https), ("mqtts", options.Mqtts) }
            .Where(door => door.Address is { } address && Listening.IsTaken(address)).Select(door => $"{door.Scheme}://{door.Address}").FirstOrDefault();

    public void Dispose()
    {
        Certificates?.Dispose();
        Folder.Dispose();
    }

    /// <exception cref="GemelException">A key file is not what it should be (GMS0xx), or the disk refused (GMJ024).</exception>
    private static AccessKeys OpenKeys(string root)
    {
        try
        {
            AccessKeys keys = AccessKeys.Open(root);
            // A key that was made just now is shown to people: it must be the same after a power cut.
            DiskFiles.Instance.SyncFolder(root);
            return keys;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new GemelException(JournalErrors.Unreadable.With(root, refused.Message), refused);
        }
    }

    private static IPAddress[] AddressesOf(ServeOptions options) =>
        [.. new[] { options.Https, options.Mqtts }.OfType<IPEndPoint>().SelectMany(Listening.AddressesOf).Distinct()];
}
