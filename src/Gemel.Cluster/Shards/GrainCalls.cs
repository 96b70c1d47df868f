using Orleans.Runtime;

namespace Gemel.Cluster;

/// <summary>Calls of grains seen from outside: what Orleans says in their place becomes an error of the catalogue.</summary>
internal static class GrainCalls
{
    /// <summary>The grain's answer.</summary>
    /// <exception cref="GemelException">The grain's own; GMC004, none came in time or the grain could not be reached: the call may
    /// have been done, may be done later, or never.</exception>
    public static async Task<T> AnswerAsync<T>(this Task<T> call)
    {
        try
        {
            return await call.ConfigureAwait(false);
        }
        catch (Exception silence) when (silence is TimeoutException or OrleansException)
        {
            throw new GemelException(ClusterErrors.NoAnswer.With(silence.Message), silence);
        }
    }

    /// <summary>True where a call has ended without the grain's own answer, so that it may still read what it was given.</summary>
    public static bool MayStillRun(Task ended) =>
        !ended.IsCompletedSuccessfully && (ended.Exception?.InnerException is not GemelException failure || failure.Error.Code == ClusterErrors.NoAnswer);
}
