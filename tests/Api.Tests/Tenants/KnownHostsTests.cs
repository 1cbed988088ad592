using System.Reflection;
using Microsoft.Extensions.Options;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.Tenants;
using Platform.Api.Tests.Support;
using Platform.Testing;

namespace Platform.Api.Tests.Tenants;

/// <summary>Names that anybody can make up cost one question a second, for all of them together, and no grain of their own.</summary>
[Trait("Control", "IN-8")]
public sealed class KnownHostsTests
{
    private readonly ShiftedClock _clock = new();
    private readonly Index _index = new();
    private readonly KnownHosts _hosts;

    public KnownHostsTests()
    {
        var factory = DispatchProxy.Create<IGrainFactory, OneGrain>();
        ((OneGrain)factory).Grain = _index;
        _hosts = new KnownHosts(new TenantGrains(factory), Options.Create(new ApiOptions()), _clock);
    }

    [Fact]
    public async Task A_flood_of_unknown_names_is_one_question()
    {
        for (var i = 0; i < 1_000; i++)
        {
            Assert.Null(await _hosts.FindAsync($"{i}.evil.example"));
        }

        Assert.Equal(1, _index.Questions);
    }

    [Fact]
    public async Task A_name_that_was_missed_is_looked_for_again_after_a_second()
    {
        Assert.Null(await _hosts.FindAsync("late.example"));
        _index.Set("late.example", "late");

        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("late", (await _hosts.FindAsync("late.example"))?.Slug);
    }

    [Fact]
    public async Task A_known_name_is_answered_from_the_table_while_a_verdict_may_live_and_not_longer()
    {
        _index.Set("own.example", "owner");
        await _hosts.FindAsync("own.example");
        _index.Set("own.example", "another");

        _clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal("owner", (await _hosts.FindAsync("own.example"))?.Slug);

        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("another", (await _hosts.FindAsync("own.example"))?.Slug);
    }

    [Fact]
    public async Task A_change_that_was_pushed_is_seen_by_the_next_request()
    {
        _index.Set("own.example", "owner");
        await _hosts.FindAsync("own.example");
        _index.Set("own.example", null);

        _hosts.Drop();

        Assert.Null(await _hosts.FindAsync("own.example"));
    }

    [Fact]
    public async Task An_answer_that_was_under_way_when_a_change_was_pushed_is_not_kept()
    {
        _index.Set("own.example", "owner");
        _index.Hold();
        var asking = _hosts.FindAsync("own.example");
        _hosts.Drop();
        _index.Release();
        await asking;
        _index.Set("own.example", null);

        Assert.Null(await _hosts.FindAsync("own.example"));
    }

    [Fact]
    public async Task An_index_that_does_not_answer_serves_nobody_and_is_asked_again()
    {
        _index.Set("own.example", "owner");
        _index.Fails = true;
        await Assert.ThrowsAsync<IOException>(async () => await _hosts.FindAsync("own.example"));

        _index.Fails = false;

        Assert.Equal("owner", (await _hosts.FindAsync("own.example"))?.Slug);
    }

    /// <summary>Hands out the one grain there is; anything else is a failure of the test.</summary>
    public class OneGrain : DispatchProxy
    {
        public IHostIndexGrain Grain { get; set; } = null!;

        protected override object Invoke(MethodInfo? targetMethod, object?[]? args) =>
            targetMethod!.ReturnType.IsInstanceOfType(Grain) ? Grain : throw new InvalidOperationException($"{targetMethod} was asked for.");
    }

    private sealed class Index : IHostIndexGrain
    {
        private readonly Dictionary<string, string> _slugs = new(StringComparer.Ordinal);
        private Task _gate = Task.CompletedTask;
        private TaskCompletionSource? _held;
        private long _version = 1;

        public int Questions { get; private set; }

        public bool Fails { get; set; }

        public void Set(string host, string? slug)
        {
            _version++;
            _slugs.Remove(host);
            if (slug is not null)
            {
                _slugs[host] = slug;
            }
        }

        public void Hold() => _gate = (_held = new TaskCompletionSource()).Task;

        public void Release() => _held!.SetResult();

        public async Task<HostTable?> SinceAsync(long version)
        {
            Questions++;
            var table = Fails ? throw new IOException("injected") : version == _version ? null : new HostTable(_version, [.. _slugs.Select(pair => new HostEntry(pair.Key, pair.Value))]);
            await _gate;
            return table;
        }

        public Task ChangedAsync(string host, string? slug) => throw new InvalidOperationException("A node changes nothing.");
    }
}
