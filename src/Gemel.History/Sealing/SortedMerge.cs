using System.Collections.Immutable;

namespace Gemel.History;

/// <summary>Merges sorted files by series, source time and commit, copying whole runs where files do not interleave.</summary>
internal static class SortedMerge
{
    public static void Run(ImmutableArray<SampleFile> files, SampleFileReaders readers, SampleOutput output)
    {
        List<FileCursor> cursors = [];
        try
        {
            foreach (SampleFile file in files)
            {
                cursors.Add(new FileCursor(readers.Rent(file)));
            }
            List<FileCursor> active = [.. cursors.Where(cursor => cursor.Fill())];
            while (active.Count > 0)
            {
                FileCursor first = TakeRun(active, output);
                if (!first.Fill())
                {
                    active.Remove(first);
                }
            }
        }
        finally
        {
            cursors.ForEach(cursor => readers.Return(cursor.Reader));
        }
    }

    private static FileCursor TakeRun(List<FileCursor> active, SampleOutput output)
    {
        FileCursor first = active[0];
        FileCursor? second = null;
        for (int i = 1; i < active.Count; i++)
        {
            FileCursor next = active[i];
            if (next.CompareTo(first) < 0)
            {
                (first, second) = (next, first);
            }
            else if (second is null || next.CompareTo(second) < 0)
            {
                second = next;
            }
        }
        int end = second is null ? first.Batch.Count : first.EndBefore(second);
        output.Add(first.Batch, first.Row, end - first.Row);
        first.Row = end;
        return first;
    }

    /// <summary>A place within one file, whose rows come a row group at a time.</summary>
    private sealed class FileCursor(SampleFileReader reader)
    {
        private int _nextGroup;

        public SampleFileReader Reader { get; } = reader;

        public RowBatch Batch { get; } = new();

        public int Row { get; set; }

        /// <summary>Makes <see cref="Row"/> a row; false at the end of the file.</summary>
        public bool Fill()
        {
            if (Row < Batch.Count)
            {
                return true;
            }
            if (_nextGroup == Reader.RowGroups.Length)
            {
                return false;
            }
            Batch.Clear();
            Row = 0;
            int group = _nextGroup++;
            return SampleFileReaders.Guarded(Reader.Path, () =>
            {
                Reader.Read(group, 0, Reader.RowGroups[group].Rows, Batch);
                return true;
            });
        }

        public int CompareTo(FileCursor other) => Compare(Row, other);

        /// <returns>The first row of the batch that does not come before the other's present one; above <see cref="Row"/>.</returns>
        public int EndBefore(FileCursor other)
        {
            int end = Row + 1;
            while (end < Batch.Count && Compare(end, other) <= 0)
            {
                end++;
            }
            return end;
        }

        private int Compare(int row, FileCursor other)
        {
            int order = Batch.Series[row].CompareTo(other.Batch.Series[other.Row]);
            order = order != 0 ? order : Batch.Time[row].CompareTo(other.Batch.Time[other.Row]);
            return order != 0 ? order : Batch.Commit[row].CompareTo(other.Batch.Commit[other.Row]);
        }
    }
}
