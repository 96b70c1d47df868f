using System.IO.Pipelines;
using Gemel.Cluster;
using Gemel.Mqtt.Connections;
using Gemel.Mqtt.Protocol;
using Gemel.Mqtt.Tests.Hosting;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Gemel.Mqtt.Tests.Connections;

/// <summary>The watch's rounds against connections at the edge of their lives.</summary>
public sealed class ConnectionWatchTests
{
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BeyondGrace = TimeSpan.FromSeconds(6);

    [Fact]
    public async Task A_connection_may_be_cut_a_moment_after_its_end()
    {
        await using Door door = await Door.OpenAsync();
        CountedConnection socket = new();
        IngestChannelAdapter connection = new(socket, door.Service<DoorServices>());
        connection.RequestClose(ReasonCode.AdministrativeAction, EndReasons.CredentialsChanged);
        await connection.FinishAsync(_ => Task.CompletedTask);
        connection.Dispose();
        door.Clock.Advance(BeyondGrace);
        connection.Check(Catalog.Empty);
        Assert.Equal(1, socket.Aborts);
    }

    [Fact]
    public async Task A_connection_that_cannot_be_checked_holds_up_neither_the_others_nor_the_next_round()
    {
        await using Door door = await Door.OpenAsync();
        FakeTimeProvider clock = new();
        CountingLog log = new();
        using ConnectionWatch watch = new(door.Instance, clock, log);
        CountedConnection[] sockets = [.. Enumerable.Range(0, 3).Select(_ => new CountedConnection { ThrowsOnAbort = true })];
        foreach (CountedConnection socket in sockets)
        {
            IngestChannelAdapter connection = new(socket, door.Service<DoorServices>());
            connection.RequestClose(ReasonCode.AdministrativeAction, EndReasons.CredentialsChanged);
            watch.Add(connection);
        }
        door.Clock.Advance(BeyondGrace);
        clock.Advance(Round);
        clock.Advance(Round);
        Assert.All(sockets, socket => Assert.Equal(2, socket.Aborts));
        Assert.Equal(6, log.Errors);
    }

    private sealed class CountedConnection : DefaultConnectionContext
    {
        public CountedConnection()
        {
            Transport = new DuplexPipe(new Pipe().Reader, new Pipe().Writer);
        }

        public int Aborts { get; private set; }

        public bool ThrowsOnAbort { get; init; }

        public override void Abort(ConnectionAbortedException abortReason)
        {
            Aborts++;
            if (ThrowsOnAbort)
            {
                throw new ObjectDisposedException("the socket");
            }
        }
    }

    private sealed class CountingLog : ILogger<ConnectionWatch>
    {
        public int Errors { get; private set; }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Errors += logLevel == LogLevel.Error ? 1 : 0;
        }
    }

    private sealed class DuplexPipe(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}
