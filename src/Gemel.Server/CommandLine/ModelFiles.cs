using System.Text;
using System.Text.Json;
using Gemel.Modeling;

namespace Gemel.Server.CommandLine;

/// <summary>Model files named on the command line, and one upload made of them.</summary>
internal static class ModelFiles
{
    private const string Pattern = "*.json";

    /// <summary>Reads files, and of folders every <c>*.json</c> in them and below, in ordinal order; a file named twice is read once.</summary>
    /// <returns>The documents under their paths as given, or every path that cannot be read.</returns>
    public static Outcome<IReadOnlyList<ModelDocument>> Read(IReadOnlyList<string> paths)
    {
        List<GemelError> errors = [];
        List<ModelDocument> documents = [];
        foreach (string file in paths.SelectMany(path => FilesOf(path, errors)).Distinct(StringComparer.Ordinal))
        {
            try
            {
                documents.Add(new ModelDocument(file, File.ReadAllBytes(file)));
            }
            catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
            {
                errors.Add(ServerErrors.FileUnreadable.With(file, unreadable.Message));
            }
        }
        if (documents.Count == 0 && errors.Count == 0)
        {
            errors.Add(ServerErrors.NothingToUpload.With(string.Join(", ", paths.Select(p => $"'{p}'"))));
        }
        return errors.Count == 0 ? documents : Outcome<IReadOnlyList<ModelDocument>>.Failure(errors);
    }

    /// <summary>Joins documents into the one array that a server takes.</summary>
    /// <returns>The upload, or where each document that is not JSON breaks off.</returns>
    public static Outcome<ModelUploadBody> Join(IReadOnlyList<ModelDocument> documents)
    {
        GemelError[] errors = [.. documents.Select(FindFlaw).OfType<GemelError>()];
        return errors.Length == 0 ? ModelUploadBody.Of(documents) : Outcome<ModelUploadBody>.Failure(errors);
    }

    private static IEnumerable<string> FilesOf(string path, List<GemelError> errors)
    {
        if (File.Exists(path))
        {
            return [path];
        }
        if (Directory.Exists(path))
        {
            return Directory.EnumerateFiles(path, Pattern, SearchOption.AllDirectories).Order(StringComparer.Ordinal);
        }
        errors.Add(ServerErrors.FileUnreadable.With(path, "there is no such file or folder."));
        return [];
    }

    private static GemelError? FindFlaw(ModelDocument document)
    {
        Utf8JsonReader reader = new(ModelUploadBody.WithoutMark(document.Json).Span);
        try
        {
            while (reader.Read())
            {
            }
            return null;
        }
        catch (JsonException flaw)
        {
            string reason = flaw.Message.Split(" LineNumber:")[0];
            TextPosition at = new(document.Name, (int)(flaw.LineNumber ?? 0) + 1, (int)(flaw.BytePositionInLine ?? 0) + 1);
            return ServerErrors.MalformedDocument.With(reason).At(at);
        }
    }
}
