using System.Text;
using CsCheck;
using Gemel.Security;
using Microsoft.Extensions.Time.Testing;

namespace Gemel.Cluster.Tests;

public sealed class KeyTests
{
    private static readonly FakeTimeProvider StartClock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    private static Timestamp Start => Timestamp.From(StartClock.GetUtcNow());

    private static readonly Gen<Timestamp> Time = Gen.Long[1, DateTime.MaxValue.Ticks].Select(ticks => new Timestamp(ticks));

    private static readonly Gen<KeySecret> Secrets = Gen.Select(Gen.String[Gen.Char.AlphaNumeric, 1, 43], Time, Time.Nullable()).Select((hash, created, end) => new KeySecret(hash, created, end));

    [Fact]
    public void Keys_and_the_requirement_of_a_certificate_come_back_as_they_were_written()
    {
        Gen<KeyRecord> key = Gen.Select(
            Gen.String[Gen.Char.AlphaNumeric, 1, 12], Gen.Int[0, 3].Select(i => new[] { Role.Reader, Role.Writer, Role.Administrator, Role.Scraper }[i]), Secrets.List[1, 4], Time, Gen.String, Time.Nullable(), Gen.Long[0, 1L << 60])
            .Select((name, role, secrets, created, by, expires, use) => new KeyRecord(name, role, [.. secrets], created, by, expires, new Timestamp(use)));
        Gen.Select(key.List[0, 6], Gen.Bool).Sample((keys, requires) =>
        {
            DeviceRecord device = new(DeviceId.Create("d"), [], "hash", Start, null, null) { RequiresCertificate = requires };
            Catalog catalog = Catalog.Empty with
            {
                Keys = Catalog.Empty.Keys.SetItems(keys.Select(k => KeyValuePair.Create(k.Name, k))),
                Devices = Catalog.Empty.Devices.SetItem("d", device),
            };
            Catalog read = CatalogCodec.Read(CatalogCodec.Write(catalog));
            Assert.Equal(catalog.Keys.Values.Select(Shown), read.Keys.Values.Select(Shown));
            Assert.Equal(requires, read.Devices["d"].RequiresCertificate);
        });
    }

    [Fact]
    public void A_role_of_a_later_version_is_refused_rather_than_taken_for_another()
    {
        Wire.Key wire = new() { Name = "k", Role = (Wire.KeyRole)77 };
        Assert.Equal("GMC085", Assert.Throws<GemelException>(() => KeyCodec.FromWire(wire)).Error.Code.Code);
        wire.Role = Wire.KeyRole.Unspecified;
        Assert.Equal("GMC085", Assert.Throws<GemelException>(() => KeyCodec.FromWire(wire)).Error.Code.Code);
    }

    [Fact]
    public void A_key_ends_when_it_expires_and_a_former_one_with_its_overlap()
    {
        KeyRecord key = new("k", Role.Reader, [new("old", Start, Start.Add(TimeSpan.FromHours(1))), new("new", Start, null)], Start, "key:admin", Start.Add(TimeSpan.FromDays(1)), Timestamp.None);
        (string Hash, TimeSpan At, bool Opens)[] expected =
        [
            ("old", TimeSpan.FromMinutes(59), true), ("old", TimeSpan.FromHours(1), false), ("new", TimeSpan.FromHours(23), true),
            ("new", TimeSpan.FromHours(24), false), ("other", TimeSpan.Zero, false),
        ];
        Catalog catalog = Catalog.Empty with { Keys = Catalog.Empty.Keys.SetItem("k", key) };
        foreach ((string hash, TimeSpan at, bool opens) in expected)
        {
            Assert.Equal(opens, key.Find(hash, Start.Add(at)) is not null);
            Assert.Equal(opens, new Identity("key:k", Role.Reader, null) { Key = ("k", hash) }.HoldsCredential(catalog, Start.Add(at)));
        }
        Assert.False(new Identity("key:k", Role.Writer, null) { Key = ("k", "new") }.HoldsCredential(catalog, Start));
        Assert.False(new Identity("key:k", Role.Reader, null) { Key = ("k", "new") }.HoldsCredential(Catalog.Empty, Start));
    }

    [Fact]
    public void An_expired_key_opens_nothing_and_its_use_is_not_noted()
    {
        string folder = Directory.CreateTempSubdirectory("gemel-keys-").FullName;
        FakeTimeProvider clock = new(StartClock.GetUtcNow());
        string key = ApiKey.Generate();
        KeyRecord record = new("k", Role.Writer, [new(ApiKey.Hash(Encoding.ASCII.GetBytes(key)), Start, null)], Start, "key:admin", Start.Add(TimeSpan.FromHours(1)), Timestamp.None);
        Catalog catalog = Catalog.Empty with { Keys = Catalog.Empty.Keys.SetItem("k", record) };
        KeyUses uses = new();
        Authenticator authenticator = new(AccessKeys.Open(folder), () => catalog, uses, clock);
        Assert.Equal(("key:k", Role.Writer), authenticator.AuthenticateBearer(key) is { } found ? (found.Name, found.Role) : default);
        Assert.Null(authenticator.AuthenticateBearer(key[..^1] + (key[^1] == 'A' ? 'B' : 'A')));
        Assert.Equal(Start, uses.Of(record));
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Null(authenticator.AuthenticateBearer(key));
        Assert.Equal(Start, uses.Of(record));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Keys_come_back_from_a_checkpoint_and_their_changes_are_commits_with_who_made_them()
    {
        InstanceOptions often = new() { CheckpointInterval = TimeSpan.FromMilliseconds(1) };
        TestInstance first = await TestInstance.StartAsync(often);
        KeyIssue issue = (await first.Instance.Keys.AddAsync("line", Role.Reader, null, TestInstance.Tester, TestInstance.Cancelled)).Value;
        long commit = first.Instance.Catalog.Commit;
        Assert.Equal("key:tester", issue.Record.CreatedBy);
        await first.PutPumpAsync("p");
        await TestInstance.EventuallyAsync(() => first.Instance.Status.Followers.Single(f => f.Name == "checkpoint").Position > commit);
        await using TestInstance second = await TestInstance.ReopenAsync(await first.StopAsync(), often);
        Assert.Equal("key:line", second.Instance.Authenticator.AuthenticateBearer(issue.Key)?.Name);
        Assert.Equal("GMC081", (await second.Instance.Keys.AddAsync("line", Role.Reader, null, TestInstance.Tester, TestInstance.Cancelled)).Errors[0].Code.Code);
        Assert.Equal("GMC084", (await second.Instance.Keys.RotateAsync("line", TimeSpan.FromDays(31), TestInstance.Tester, TestInstance.Cancelled)).Errors[0].Code.Code);
        Assert.Equal("GMC080", (await second.Instance.Keys.DeleteAsync("other", TestInstance.Tester, TestInstance.Cancelled)).Errors[0].Code.Code);
    }

    [Fact]
    public async Task A_key_that_has_ended_is_not_rotated_and_one_has_no_more_than_four_secrets()
    {
        FakeTimeProvider clock = new(TimeProvider.System.GetUtcNow());
        await using TestInstance instance = await TestInstance.StartAsync(clock: clock);
        Timestamp end = Timestamp.From(clock.GetUtcNow().AddDays(1));
        await instance.Instance.Keys.AddAsync("line", Role.Reader, end, TestInstance.Tester, TestInstance.Cancelled);
        for (int i = 0; i < 3; i++)
        {
            Assert.True((await instance.Instance.Keys.RotateAsync("line", TimeSpan.FromDays(1), TestInstance.Tester, TestInstance.Cancelled)).IsSuccess);
        }
        Assert.Equal("GMC087", (await instance.Instance.Keys.RotateAsync("line", TimeSpan.FromDays(1), TestInstance.Tester, TestInstance.Cancelled)).Errors[0].Code.Code);
        KeyIssue newest = (await instance.Instance.Keys.RotateAsync("line", TimeSpan.Zero, TestInstance.Tester, TestInstance.Cancelled)).Value;
        Assert.Single(newest.Record.Secrets);
        clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal("GMC086", (await instance.Instance.Keys.RotateAsync("line", TimeSpan.Zero, TestInstance.Tester, TestInstance.Cancelled)).Errors[0].Code.Code);
    }

    [Fact]
    public async Task The_last_use_is_kept_by_a_commit_of_its_own_without_one_for_each_use()
    {
        await using TestInstance instance = await TestInstance.StartAsync();
        KeyIssue issue = (await instance.Instance.Keys.AddAsync("line", Role.Reader, null, TestInstance.Tester, TestInstance.Cancelled)).Value;
        long commit = instance.Instance.DurableCommit;
        for (int i = 0; i < 100; i++)
        {
            Assert.NotNull(instance.Instance.Authenticator.AuthenticateBearer(issue.Key));
        }
        Assert.Equal(commit, instance.Instance.DurableCommit);
        Timestamp used = instance.Instance.Keys.LastUse(issue.Record);
        Assert.False(used.IsNone);
        KeyRecord kept = (await ((KeyStore)instance.Instance.Keys).KeepUseAsync("line", TestInstance.Cancelled)).Value;
        Assert.Equal(used, instance.Instance.Catalog.Keys["line"].LastUse);
        Assert.Equal(used, kept.LastUse);
    }

    private static string Shown(KeyRecord key) =>
        $"{key.Name}|{key.Role}|{string.Join(';', key.Secrets.Select(s => $"{s.Hash},{s.Created.Ticks},{s.Expires?.Ticks}"))}|{key.Created.Ticks}|{key.CreatedBy}|{key.Expires?.Ticks}|{key.LastUse.Ticks}";
}
