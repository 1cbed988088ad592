using Microsoft.Extensions.Time.Testing;
using Platform.Grains.Secrets;
using Platform.Silo.Secrets.KeyVault;

namespace Platform.Silo.Tests.Secrets.KeyVault;

/// <summary>A vault that does not answer, or wants to be left alone.</summary>
[Trait("Control", "AU-5")]
public sealed class KeyVaultOutageTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());
    private KeyVaultDouble _vault = null!;
    private CachedSecretStore _secrets = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _vault = await KeyVaultDouble.StartAsync(_clock);
        _secrets = new KeyVaultHome(_vault) { Clock = _clock }.Store();
        await _secrets.SetAsync("pepper", "value"u8.ToArray(), Cancel);
    }

    public ValueTask DisposeAsync() => _vault.DisposeAsync();

    [Fact]
    public async Task An_error_that_passes_is_tried_again()
    {
        _vault.Next(KeyVaultDouble.Error(500, "InternalError"), KeyVaultDouble.Error(503, "ServiceUnavailable"));

        Assert.Equal("value"u8.ToArray(), await _secrets.GetAsync("pepper", Cancel));
    }

    [Fact]
    public async Task An_error_that_stays_is_given_up_after_four_tries()
    {
        var before = _vault.Asked.Count;
        _vault.Always = KeyVaultDouble.Error(500, "InternalError");

        Assert.Equal(SecretFault.Unavailable, (await RefusedAsync()).Fault);
        Assert.Equal(4, _vault.Asked.Count - before);
    }

    [Fact]
    public async Task A_vault_that_never_answers_is_given_up_in_time()
    {
        _vault.Always = KeyVaultDouble.Hang;
        var secrets = new KeyVaultHome(_vault) { Patience = TimeSpan.FromMilliseconds(500) }.Store();

        var refused = await Assert.ThrowsAsync<SecretStoreException>(async () => await secrets.GetAsync("pepper", Cancel));

        Assert.Equal(SecretFault.Unavailable, refused.Fault);
    }

    [Fact]
    public async Task Nobody_listening_is_an_outage()
    {
        await _vault.DisposeAsync();

        Assert.Equal(SecretFault.Unavailable, (await RefusedAsync()).Fault);
    }

    [Fact]
    public async Task A_vault_that_wants_to_be_left_alone_is_left_alone_until_then()
    {
        var before = _vault.Asked.Count;
        _vault.Next(KeyVaultDouble.Error(429, "Throttled", retryAfter: 30));

        Assert.Equal(TimeSpan.FromSeconds(30), (await RefusedAsync()).RetryAfter);
        _clock.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(TimeSpan.FromSeconds(1), (await RefusedAsync()).RetryAfter);
        Assert.Equal(1, _vault.Asked.Count - before);

        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("value"u8.ToArray(), await _secrets.GetAsync("pepper", Cancel));
    }

    [Fact]
    public async Task Values_read_before_are_given_while_the_vault_is_away_and_it_is_asked_rarely()
    {
        await _secrets.GetAsync("pepper", Cancel);
        _vault.Always = KeyVaultDouble.Error(500, "InternalError");
        _clock.Advance(TimeSpan.FromDays(1));
        var before = _vault.Asked.Count;

        for (var i = 0; i < 10; i++)
        {
            Assert.Equal("value"u8.ToArray(), await _secrets.GetAsync("pepper", Cancel));
        }

        Assert.Equal(4, _vault.Asked.Count - before);
    }

    [Fact]
    public async Task Nothing_is_rotated_while_the_vault_is_away()
    {
        _vault.Always = KeyVaultDouble.Error(500, "InternalError");
        await RefusedAsync();

        var refused = await Assert.ThrowsAsync<SecretStoreException>(async () => await _secrets.SetAsync("pepper", "new"u8.ToArray(), Cancel));

        Assert.Equal(SecretFault.Unavailable, refused.Fault);
        Assert.Single(_vault.Values["mocopr-live-pepper"]);
    }

    [Fact]
    public async Task A_vault_that_is_back_is_asked_again()
    {
        await _secrets.GetAsync("pepper", Cancel);
        _vault.Always = KeyVaultDouble.Error(500, "InternalError");
        _clock.Advance(TimeSpan.FromMinutes(6));
        await _secrets.GetAsync("pepper", Cancel);
        _vault.Always = null;
        _vault.Put("mocopr-live-pepper", "new");
        _clock.Advance(TimeSpan.FromSeconds(6));

        Assert.Equal("new"u8.ToArray(), await _secrets.GetAsync("pepper", Cancel));
    }

    [Fact]
    public async Task A_value_that_expires_while_the_vault_is_away_is_refused()
    {
        await _secrets.SetAsync("short", "value"u8.ToArray(), _clock.GetUtcNow().AddMinutes(1), Cancel);
        await _secrets.GetAsync("short", Cancel);
        _vault.Always = KeyVaultDouble.Error(500, "InternalError");
        _clock.Advance(TimeSpan.FromMinutes(2));

        var refused = await Assert.ThrowsAsync<SecretStoreException>(async () => await _secrets.GetAsync("short", Cancel));

        Assert.Equal(SecretFault.Expired, refused.Fault);
    }

    [Fact]
    public async Task A_vault_that_answers_no_is_believed_and_the_value_forgotten()
    {
        await _secrets.GetAsync("pepper", Cancel);
        _clock.Advance(TimeSpan.FromMinutes(6));
        _vault.Always = KeyVaultDouble.Error(403, "Forbidden", "ForbiddenByRbac");
        Assert.Equal(SecretFault.Forbidden, (await RefusedAsync()).Fault);

        _vault.Always = KeyVaultDouble.Error(500, "InternalError");

        Assert.Equal(SecretFault.Unavailable, (await RefusedAsync()).Fault);
    }

    [Fact]
    public async Task A_value_is_read_once_until_its_life_in_memory_is_over()
    {
        await _secrets.GetAsync("pepper", Cancel);
        var before = _vault.Asked.Count;
        _clock.Advance(TimeSpan.FromMinutes(4));
        await _secrets.GetAsync("pepper", Cancel);
        Assert.Equal(before, _vault.Asked.Count);

        _clock.Advance(TimeSpan.FromMinutes(2));
        await _secrets.GetAsync("pepper", Cancel);

        Assert.Equal(before + 1, _vault.Asked.Count);
    }

    [Fact]
    public async Task Who_gives_up_waiting_does_not_make_an_outage_for_others()
    {
        using var impatient = new CancellationTokenSource();
        _vault.Next(http => impatient.CancelAsync().ContinueWith(_ => KeyVaultDouble.Hang(http), TaskScheduler.Default).Unwrap());

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await _secrets.GetAsync("pepper", impatient.Token));

        Assert.Equal("value"u8.ToArray(), await _secrets.GetAsync("pepper", Cancel));
    }

    [Fact]
    public async Task A_list_that_the_vault_is_tired_of_slows_nobody_who_needs_a_value()
    {
        _vault.Next(KeyVaultDouble.Error(429, "Throttled", retryAfter: 30));
        var refused = await Assert.ThrowsAsync<SecretStoreException>(async () => await ShownAsync());

        Assert.Equal((SecretFault.Unavailable, TimeSpan.FromSeconds(30)), (refused.Fault, refused.RetryAfter));
        Assert.Equal("value"u8.ToArray(), await _secrets.GetAsync("pepper", Cancel));
        await _secrets.SetAsync("other", "value"u8.ToArray(), Cancel);
        var before = _vault.Asked.Count;
        await Assert.ThrowsAsync<SecretStoreException>(async () => await ShownAsync());
        Assert.Equal(before, _vault.Asked.Count);

        _clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Single(await ShownAsync());
    }

    [Fact]
    public async Task A_list_is_asked_for_once_in_half_a_minute_and_after_a_change()
    {
        Assert.Single(await ShownAsync());
        var before = _vault.Asked.Count;
        _clock.Advance(TimeSpan.FromSeconds(29));
        Assert.Single(await ShownAsync());
        Assert.Equal(before, _vault.Asked.Count);

        _vault.Put("mocopr-live-pepper", "by another process");
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, (await ShownAsync()).Count);

        await _secrets.SetAsync("pepper", "by us"u8.ToArray(), Cancel);
        Assert.Equal(3, (await ShownAsync()).Count);
    }

    [Fact]
    public async Task A_list_of_many_asks_four_things_at_a_time()
    {
        var (now, most) = (0, 0);
        _vault.Always = async http =>
        {
            most = Math.Max(most, Interlocked.Increment(ref now));
            await Task.Delay(20, Cancel);
            Interlocked.Decrement(ref now);
            await KeyVaultDouble.Error(404, "SecretNotFound")(http);
        };

        await Task.WhenAll(Enumerable.Range(0, 24).Select(i => _secrets.ShownVersionsAsync($"name-{i}", Cancel).AsTask()));

        Assert.InRange(most, 1, 4);
    }

    [Fact]
    public async Task Nothing_is_listed_while_the_vault_is_away()
    {
        _vault.Always = KeyVaultDouble.Error(500, "InternalError");
        await RefusedAsync();
        var before = _vault.Asked.Count;

        Assert.Equal(SecretFault.Unavailable, (await Assert.ThrowsAsync<SecretStoreException>(async () => await ShownAsync())).Fault);

        Assert.Equal(before, _vault.Asked.Count);
    }

    private async Task<IReadOnlyList<SecretVersion>> ShownAsync() => await _secrets.ShownVersionsAsync("pepper", Cancel);

    private Task<SecretStoreException> RefusedAsync() => Assert.ThrowsAsync<SecretStoreException>(async () => await _secrets.GetAsync("pepper", Cancel));
}
