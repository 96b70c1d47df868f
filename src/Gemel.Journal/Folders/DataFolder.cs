using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Gemel.Journal;

/// <summary>The folder that holds everything of an instance, locked for as long as this object lives.</summary>
/// <remarks>
/// <c>gemel.json</c> names the format and the instance; it is written when the folder is made and never changed by the same format. <c>gemel.lock</c>
/// is locked (not merely present), so a crash leaves nothing to clean up; <c>gemel.pid</c> tells people who holds it.
/// </remarks>
public sealed class DataFolder : IDisposable
{
    /// <summary>The format this program writes, and the newest it reads.</summary>
    public const int Format = 1;

    /// <summary>Name of the file that makes a folder a data folder.</summary>
    public const string DocumentName = "gemel.json";

    public const string JobsName = "jobs.json";

    internal const string LockName = "gemel.lock";
    private const string PidName = "gemel.pid";

    // What may lie in a folder that is ours to make: our own first files, if a crash came between, and what file systems put into their root.
    private static readonly HashSet<string> Harmless = [LockName, PidName, DocumentName + ".new", "lost+found"];

    private static readonly SealedDocument Document = new("data folder", Format);

    /// <summary>Lies in a folder for as long as it is being restored: it is no data folder yet, whatever else is in it.</summary>
    public const string RestoringName = "gemel.restoring";

    private readonly IDisposable _lock;

    private DataFolder(string root, IDisposable held, Guid instance, Timestamp created, Lineage lineage)
    {
        (Root, _lock, Instance, Created, Lineage) = (root, held, instance, created, lineage);
    }

    public string Root { get; }

    /// <summary>Made with the folder; every file of the journal carries it.</summary>
    public Guid Instance { get; }

    public Timestamp Created { get; }

    public Lineage Lineage { get; }

    public string Journal => Path.Combine(Root, "journal");

    public string Checkpoints => Path.Combine(Root, "checkpoints");

    public string History => Path.Combine(Root, "history");

    /// <summary>The only folder from which imports may read files.</summary>
    public string Imports => Path.Combine(Root, "imports");

    /// <summary>The file that remembers import and delete jobs.</summary>
    public string Jobs => Path.Combine(Root, JobsName);

    /// <summary>Opens the folder, or makes it where there is none or an empty one.</summary>
    /// <param name="now">Kept as the time of creation, if it is made.</param>
    /// <param name="program">Version of this program, named to older ones that cannot read the folder.</param>
    /// <exception cref="GemelException">GMJ001, in use; GMJ002, a newer format; GMJ003, somebody else's folder; GMJ004, damaged; GMJ024, the disk refused.</exception>
    public static DataFolder Open(IJournalFiles files, string root, Timestamp now, string program)
    {
        try
        {
            root = Path.GetFullPath(root);
            files.CreateFolder(root);
            RefuseForeign(files, root);
            return OpenLocked(files, root, now, program);
        }
        catch (Exception failure) when (JournalFailure.IsOfDisk(failure))
        {
            throw new GemelException(JournalErrors.Unreadable.With(root, failure.Message), failure);
        }
    }

    public void Dispose() => _lock.Dispose();

    private static DataFolder OpenLocked(IJournalFiles files, string root, Timestamp now, string program)
    {
        IDisposable held = files.TryLock(Path.Combine(root, LockName))
            ?? throw new GemelException(JournalErrors.FolderInUse.With(root, ReadPid(files, root)));
        try
        {
            WritePid(files, root);
            string document = Path.Combine(root, DocumentName);
            if (!files.FileExists(document))
            {
                Make(files, document, now, program);
            }
            (Guid instance, Timestamp created) = Read(files, document);
            var folder = new DataFolder(root, held, instance, created, ReadLineage(files, document));
            folder.MakeFolders(files);
            return folder;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    private static void RefuseForeign(IJournalFiles files, string root)
    {
        IReadOnlyList<string> names = files.List(root);
        if (names.Contains(RestoringName))
        {
            throw new GemelException(JournalErrors.UnfinishedRestore.With(root));
        }
        if (!names.Contains(DocumentName) && names.FirstOrDefault(name => !Harmless.Contains(name)) is { } foreign)
        {
            throw new GemelException(JournalErrors.ForeignFolder.With(root, foreign));
        }
    }

    private static void Make(IJournalFiles files, string document, Timestamp now, string program) =>
        Document.Write(files, document, Guid.NewGuid(), json =>
        {
            json.WriteString("program", program);
            json.WriteString("created", now.ToString());
        });

    internal static (Guid Instance, Timestamp Created) Read(IJournalFiles files, string path)
    {
        using JsonDocument document = Document.Read(files, path, instance: null);
        JsonElement root = document.RootElement;
        return Timestamp.TryParse(root.GetProperty("created").GetString(), out Timestamp created)
            ? (root.GetProperty("instance").GetGuid(), created)
            : throw new GemelException(JournalErrors.DocumentDamaged.With(path, "its time of creation cannot be read"));
    }

    /// <summary>Reads the folder's document, and nothing else.</summary>
    /// <exception cref="GemelException">GMJ002, a newer format; GMJ004, damaged or missing; GMJ024, the disk refused.</exception>
    public static void Check(IJournalFiles files, string root)
    {
        string path = Path.Combine(root, DocumentName);
        try
        {
            if (!files.FileExists(path))
            {
                throw new GemelException(JournalErrors.DocumentDamaged.With(path, "it is missing"));
            }
            Read(files, path);
        }
        catch (Exception failure) when (JournalFailure.IsOfDisk(failure))
        {
            throw new GemelException(JournalErrors.Unreadable.With(path, failure.Message), failure);
        }
    }

    /// <summary>Locks a folder whose document cannot be read.</summary>
    /// <exception cref="GemelException">GMJ001, a server uses it; GMJ024, the disk refused.</exception>
    public static IDisposable Lock(IJournalFiles files, string root)
    {
        try
        {
            return files.TryLock(Path.Combine(root, LockName)) ?? throw new GemelException(JournalErrors.FolderInUse.With(root, ReadPid(files, root)));
        }
        catch (Exception failure) when (JournalFailure.IsOfDisk(failure))
        {
            throw new GemelException(JournalErrors.Unreadable.With(root, failure.Message), failure);
        }
    }

    /// <summary>Whose journal lies in the folder, by its witness; null where that cannot be read.</summary>
    public static Guid? FindWitnessed(IJournalFiles files, string root) => Witness.FindInstance(files, Path.Combine(root, "journal"));

    /// <summary>Begins an epoch in a folder that was made from a backup.</summary>
    /// <param name="document">The backup's <see cref="DocumentName"/>; may be the folder's own already.</param>
    /// <param name="root">Whose <see cref="DocumentName"/> is replaced all at once.</param>
    /// <exception cref="GemelException">GMJ002, GMJ004; GMJ024, the disk refused.</exception>
    public static void BeginEpoch(IJournalFiles files, string document, string root, Epoch epoch)
    {
        string path = Path.Combine(root, DocumentName);
        try
        {
            Lineage lineage = ReadLineage(files, document);
            using JsonDocument read = Document.Read(files, document, instance: null);
            JsonElement kept = read.RootElement;
            Document.Write(files, path, kept.GetProperty("instance").GetGuid(), json =>
            {
                json.WriteString("program", kept.GetProperty("program").GetString());
                json.WriteString("created", kept.GetProperty("created").GetString());
                json.WriteStartArray("epochs");
                foreach (Epoch each in lineage.Epochs.Append(epoch))
                {
                    json.WriteStartObject();
                    json.WriteNumber("number", each.Number);
                    json.WriteNumber("after", each.After);
                    json.WriteEndObject();
                }
                json.WriteEndArray();
            });
        }
        catch (Exception failure) when (JournalFailure.IsOfDisk(failure))
        {
            throw new GemelException(JournalErrors.Unreadable.With(path, failure.Message), failure);
        }
    }

    private static Lineage ReadLineage(IJournalFiles files, string path)
    {
        using JsonDocument document = Document.Read(files, path, instance: null);
        return document.RootElement.TryGetProperty("epochs", out JsonElement epochs)
            ? new Lineage([.. epochs.EnumerateArray().Select(each => new Epoch(each.GetProperty("number").GetUInt32(), each.GetProperty("after").GetInt64()))])
            : Lineage.Original;
    }

    private static void WritePid(IJournalFiles files, string root)
    {
        using IJournalFile file = files.Create(Path.Combine(root, PidName));
        file.Write(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)), 0);
    }

    internal static string ReadPid(IJournalFiles files, string root)
    {
        if (!files.FileExists(Path.Combine(root, PidName)))
        {
            return "unknown";
        }
        using IJournalFile file = files.Open(Path.Combine(root, PidName), writable: false);
        Span<byte> text = stackalloc byte[20];
        return Encoding.ASCII.GetString(text[..file.Read(text, 0)]);
    }

    private void MakeFolders(IJournalFiles files)
    {
        files.CreateFolder(Journal);
        files.CreateFolder(Checkpoints);
        files.CreateFolder(History);
        files.CreateFolder(Imports);
        files.SyncFolder(Root);
    }
}
