namespace Gemel.Server.CommandLine;

/// <summary>Exit codes, and failures as one clear line each on standard error.</summary>
internal static class Exit
{
    public const int Ok = 0;
    public const int Failed = 1;
    public const int Usage = 2;

    /// <summary>Runs a command's work.</summary>
    /// <returns>0; 1 after a failure of the world; 130 is not used: a signal that ends a command in order is no failure.</returns>
    public static async Task<int> RunAsync(Func<Task> work, CancellationToken cancellationToken)
    {
        try
        {
            await work().ConfigureAwait(false);
            return Ok;
        }
        catch (GemelException failure)
        {
            return Fail(failure.Errors, Failed);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return Ok;
        }
    }

    /// <summary>Prints each error on a line of its own.</summary>
    public static int Fail(IEnumerable<GemelError> errors, int code)
    {
        foreach (GemelError error in errors)
        {
            Console.Error.WriteLine($"gemel: {error}");
        }
        return code;
    }
}
