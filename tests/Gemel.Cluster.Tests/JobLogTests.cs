using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace Gemel.Cluster.Tests;

public sealed class JobLogTests
{
    [Fact]
    public void A_log_that_cannot_be_written_says_why_and_throws_at_no_line_nor_at_its_end()
    {
        using FullAfter output = new(200);
        using JobLog log = new(output, "job", new FakeTimeProvider());
        log.Started();
        Assert.Null(log.Failure);
        log.Section(ImportSection.Twins, isOver: false);
        log.Refused(ImportSection.Twins, 3, "p1", [ClusterErrors.JobRuns.With("job")]);
        log.Failed([ClusterErrors.JobRuns.With("job")]);
        log.Cancelled();
        Assert.Equal("No space left on device", log.Failure);
        Assert.StartsWith("{\"timestamp\"", Encoding.UTF8.GetString(output.ToArray()));
    }

    private sealed class FullAfter(int most) : MemoryStream
    {
        private bool _isDisposed;

        public override void Write(byte[] buffer, int offset, int count)
        {
            if (Length + count > most)
            {
                throw new IOException("No space left on device");
            }
            base.Write(buffer, offset, count);
        }

        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            if (disposing && !_isDisposed)
            {
                _isDisposed = true;
                throw new IOException("No space left on device");
            }
        }
    }
}
