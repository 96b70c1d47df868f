namespace Gemel.Server.CommandLine;

/// <summary>Exit codes, and failures as one clear line each on standard error. The one place that maps error codes to exit codes.</summary>
internal static class Exit
{
    public const int Ok = 0;
    public const int Failed = 1;
    public const int Usage = 2;

    // What the caller typed or configured; everything else is the world's.
    private static readonly HashSet<ErrorCode> UsageErrors =
    [
        ServerErrors.InvalidSetting, ServerErrors.KeyMissing, ServerErrors.FileUnreadable, ServerErrors.FileUnwritable, ServerErrors.NothingToUpload,
        ServerErrors.MissingColumn, ServerErrors.InvalidRow, ServerErrors.DeviceUnnamed,
        ServerErrors.BackupFolderForeign, ServerErrors.BackupOfAnother, ServerErrors.BackupNotFound, ServerErrors.RestoreTargetTaken,
    ];

    /// <summary>Runs a command's work.</summary>
    /// <returns>Its own code; that of the failure; 0 after a signal, for a command that ends in order has not failed.</returns>
    public static async Task<int> RunAsync(Func<Task<int>> work, TextWriter error, CancellationToken cancellationToken)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (GemelException failure)
        {
            return Fail(failure.Errors, error);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return Ok;
        }
    }

    /// <summary>Prints each error on a line of its own.</summary>
    /// <param name="errors">At least one.</param>
    /// <returns>The exit code of the first.</returns>
    public static int Fail(IReadOnlyList<GemelError> errors, TextWriter error)
    {
        foreach (GemelError each in errors)
        {
            error.WriteLine($"gemel: {OneLine(each.ToString())}");
        }
        return UsageErrors.Contains(errors[0].Code) ? Usage : Failed;
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ").TrimEnd();
}
