namespace Gemel.History;

/// <summary>Reads every byte of a history folder that no process uses, and changes nothing.</summary>
/// <remarks>A file that the manifest knows by its hash is compared with that. Deep, or where a folder of format 1 has no hashes yet, the rows are
/// decoded as well and compared with what the manifest says of them.</remarks>
public static class HistoryVerifier
{
    /// <param name="isDeep">Decodes every row.</param>
    /// <param name="read">Called with the bytes read since the last call.</param>
    public static HistoryReport Verify(string folder, bool isDeep, Action<long> read, CancellationToken cancellationToken) =>
        new Look(Path.GetFullPath(folder), isDeep, read, cancellationToken).Run();

    private sealed class Look(string folder, bool isDeep, Action<long> read, CancellationToken cancellationToken)
    {
        private readonly List<GemelError> _damage = [];
        private readonly List<string> _notices = [];
        private int _files;
        private long _bytes;

        public HistoryReport Run()
        {
            if (!Directory.Exists(folder))
            {
                return new HistoryReport(0, 0, 0, 0, [], []);
            }
            var manifests = new ManifestFile(folder, new FileActions());
            Manifest? manifest = null;
            Find(manifests.FullPath, () => manifest = manifests.Load(out _));
            if (manifest is null)
            {
                return new HistoryReport(null, _files, 0, _bytes, _damage, _notices);
            }
            Count(manifests.FullPath);
            CheckSeries(manifest);
            foreach (IStoredFile file in manifest.Files)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Check(file);
            }
            LookForOthers(manifest);
            return new HistoryReport(manifest.Commit, _files, manifest.Samples.Sum(file => file.Rows), _bytes, _damage, _notices);
        }

        private void CheckSeries(Manifest manifest)
        {
            string path = Path.Combine(folder, SeriesFile.FileName);
            var catalog = new SeriesCatalog();
            Find(path, () =>
            {
                SeriesFile.Load(path, manifest.SeriesBytes, catalog);
                if (catalog.Count != manifest.SeriesCount)
                {
                    throw new GemelException(HistoryErrors.DamagedCatalog.With(path, manifest.SeriesBytes));
                }
            });
            Count(path);
            if (File.Exists(path) && new FileInfo(path).Length > manifest.SeriesBytes)
            {
                _notices.Add($"'{path}' has {new FileInfo(path).Length - manifest.SeriesBytes} bytes of a seal that did not finish; the next one overwrites them.");
            }
        }

        private void Check(IStoredFile file)
        {
            string path = Path.Combine(folder, file.Path);
            bool hasHash = file.Hash.Length > 0;
            if (hasHash && FileChecks.Compare(folder, file) is { } error)
            {
                _damage.Add(error);
            }
            else if (isDeep || !hasHash)
            {
                Find(path, () => Decode(file, path));
            }
            Count(path);
        }

        private static void Decode(IStoredFile file, string path)
        {
            (long rows, long expected) = file switch
            {
                SampleFile samples => (CountSamples(path), samples.Rows),
                LifecycleFile lifecycle => (LifecycleFileReader.RowGroups(path).Sum(group => (long)group.Length), lifecycle.Rows),
                _ => (0, 0),
            };
            if (rows != expected)
            {
                throw new GemelException(HistoryErrors.DamagedFile.With(path, $"it has {rows} rows, {expected} were written"));
            }
        }

        private static long CountSamples(string path) => SampleFileReaders.Guarded(path, () =>
        {
            using var reader = new SampleFileReader(path);
            var batch = new RowBatch();
            long rows = 0;
            for (int group = 0; group < reader.RowGroups.Length; group++)
            {
                batch.Clear();
                reader.Read(group, 0, reader.RowGroups[group].Rows, batch);
                rows += batch.Count;
            }
            return rows;
        });

        private void LookForOthers(Manifest manifest)
        {
            HashSet<string> known = [.. manifest.Files.Select(file => Path.GetFullPath(Path.Combine(folder, file.Path)))];
            int others = new[] { StoreFolder.Samples, StoreFolder.Lifecycle }.Select(name => Path.Combine(folder, name)).Where(Directory.Exists)
                .SelectMany(path => Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)).Count(path => !known.Contains(path));
            if (others > 0)
            {
                _notices.Add($"{others} files in '{folder}' belong to no commit; the next start removes what an interrupted seal or merge has left.");
            }
        }

        private void Find(string path, Action look)
        {
            try
            {
                look();
            }
            catch (GemelException damaged)
            {
                _damage.AddRange(damaged.Errors);
            }
            catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
            {
                _damage.Add(HistoryErrors.DamagedFile.With(path, unreadable.Message));
            }
        }

        private void Count(string path)
        {
            var found = new FileInfo(path);
            if (found.Exists)
            {
                _files++;
                _bytes += found.Length;
                read(found.Length);
            }
        }
    }
}
