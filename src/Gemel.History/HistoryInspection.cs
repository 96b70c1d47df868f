namespace Gemel.History;

/// <summary>Compares the files of a store that nobody uses with what its manifest says of them. Changes nothing.</summary>
public static class HistoryInspection
{
    /// <returns>Every file of the store that is missing or damaged, as it should be, and what is wrong with it. None where the folder has no manifest, or one of format 1, which says
    /// too little.</returns>
    /// <exception cref="GemelException">GMH002, the manifest is damaged; GMH003, of a newer version.</exception>
    public static IReadOnlyList<(CapturedFile Expected, GemelError Damage)> FindDamage(string folder, CancellationToken cancellationToken)
    {
        folder = Path.GetFullPath(folder);
        Manifest manifest = new ManifestFile(folder, new FileActions()).Load(out bool isFormer);
        List<(CapturedFile, GemelError)> damaged = [];
        foreach (IStoredFile file in isFormer ? [] : manifest.Files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (FileChecks.Compare(folder, file) is { } error)
            {
                damaged.Add((new CapturedFile(file.Path, Path.Combine(folder, file.Path), file.Bytes, file.Hash), error));
            }
        }
        return damaged;
    }

    /// <returns>What is wrong with the names of series; null where nothing is.</returns>
    /// <exception cref="GemelException">GMH002, GMH003.</exception>
    public static GemelError? FindDamageOfSeries(string folder)
    {
        folder = Path.GetFullPath(folder);
        Manifest manifest = new ManifestFile(folder, new FileActions()).Load(out _);
        try
        {
            SeriesFile.Load(Path.Combine(folder, SeriesFile.FileName), manifest.SeriesBytes, new SeriesCatalog());
            return null;
        }
        catch (GemelException damaged)
        {
            return damaged.Error;
        }
    }
}
