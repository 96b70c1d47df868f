namespace Gemel.History;

/// <summary>Looks up series one after the other; one of the same block as the one before costs no search and no new id.</summary>
/// <remarks>Owned by one thread.</remarks>
internal sealed class SeriesCursor(SeriesCatalog catalog)
{
    private SeriesBlock _block;
    private SeriesLayout? _layout;
    private string _id = "";

    public TwinKey Twin => _block.Twin;

    public string TwinId => _id;

    public SeriesName Name { get; private set; }

    public void MoveTo(int series)
    {
        int column = series - _block.First;
        if (_layout is null || (uint)column >= (uint)_layout.Columns.Length)
        {
            _block = catalog.BlockAt(catalog.FindBlock(series));
            _layout = catalog.LayoutOf(_block);
            _id = catalog.IdOf(_block);
            column = series - _block.First;
        }
        Name = _layout.Columns[column];
    }
}
