namespace Gemel.History.Tests;

/// <summary>The real file system until a chosen step, which fails, before or after it took effect; so does every later
/// one until <see cref="Heal"/>: a disk that went away, or the last moments before a crash.</summary>
internal sealed class FaultyFiles : IFileActions
{
    private readonly FileActions _real = new();
    private int _left = int.MaxValue;
    private bool _takesEffect;

    public int Steps { get; private set; }

    /// <param name="step">From 0: how many steps still work.</param>
    /// <param name="takesEffect">The failing step itself is done before it fails.</param>
    public void FailAt(int step, bool takesEffect) => (_left, _takesEffect) = (step, takesEffect);

    /// <summary>Makes what a failing step throws; without it a full disk.</summary>
    public Func<Exception> Fault { get; set; } = () => new IOException("No space left on device");

    public void Heal() => _left = int.MaxValue;

    public void WriteAt(string path, long offset, ReadOnlySpan<byte> bytes)
    {
        bool fails = _left == 0;
        if (!fails)
        {
            _real.WriteAt(path, offset, bytes);
        }
        else if (_takesEffect)
        {
            _real.WriteAt(path, offset, bytes[..(bytes.Length / 2)]);
            _takesEffect = false;
        }
        Count(fails);
    }

    public void Sync(string path) => Do(() => _real.Sync(path));

    public void SyncDirectory(string path) => Do(() => _real.SyncDirectory(path));

    public void Rename(string from, string to) => Do(() => _real.Rename(from, to));

    public void Delete(string path) => Do(() => _real.Delete(path));

    private void Do(Action step)
    {
        bool fails = _left == 0;
        if (!fails || _takesEffect)
        {
            step();
            _takesEffect &= !fails;
        }
        Count(fails);
    }

    private void Count(bool fails)
    {
        if (fails)
        {
            throw Fault();
        }
        Steps++;
        _left -= _left == int.MaxValue ? 0 : 1;
    }
}
