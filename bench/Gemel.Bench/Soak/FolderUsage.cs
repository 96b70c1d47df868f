namespace Gemel.Bench.Soak;

/// <param name="Bytes">The lengths of the files.</param>
internal readonly record struct FolderUsage(int Files, long Bytes)
{
    /// <summary>All files below a folder; those that go meanwhile are left out.</summary>
    public static FolderUsage Of(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return default;
        }
        FolderUsage sum = default;
        foreach (FileInfo file in new DirectoryInfo(folder).EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true }))
        {
            try
            {
                sum = new FolderUsage(sum.Files + 1, sum.Bytes + file.Length);
            }
            catch (FileNotFoundException)
            {
                // Unlinked between listing and asking.
            }
        }
        return sum;
    }

    public static FolderUsage operator -(FolderUsage all, FolderUsage part) => new(all.Files - part.Files, all.Bytes - part.Bytes);
}
