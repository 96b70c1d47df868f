using CsCheck;

namespace Gemel.Graph.Tests.Undo;

public sealed class SegmentedLogTests
{
    [Fact]
    public void A_log_holds_what_was_added_between_its_two_ends()
    {
        Gen.Select(Gen.Int[0, 2], Gen.Int[0, 5000]).Array[1, 30].Sample(steps =>
        {
            var log = new SegmentedLog<long>();
            foreach ((int kind, int amount) in steps)
            {
                switch (kind)
                {
                    case 0: Append(log, amount); break;
                    case 1: log.TrimTo(log.Start + Math.Min(amount, log.End - log.Start)); break;
                    default: log.Truncate(log.End - Math.Min(amount, log.End - log.Start)); break;
                }
                for (long at = log.Start; at < log.End; at++)
                {
                    Assert.Equal(at, log[at]);
                }
            }
        }, iter: 200);
    }

    private static void Append(SegmentedLog<long> log, int amount)
    {
        for (int i = 0; i < amount; i++)
        {
            long index = log.End;
            log.Add() = index;
        }
    }
}
