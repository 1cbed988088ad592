using System.Security.Cryptography;
using Microsoft.Extensions.Time.Testing;
using Platform.Grains.Secrets;

namespace Platform.Silo.Tests.Secrets;

/// <summary>What every vault does alike. Each vault has a class of its own below, which says how to open it.</summary>
[Trait("Control", "AU-5")]
public abstract class SecretStoreContract : IAsyncLifetime
{
    private readonly string _name = "contract-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));

    private ISecretStore _secrets = null!;

    /// <summary>Of stores that take one; it stands still.</summary>
    protected FakeTimeProvider Clock { get; } = new(TimeProvider.System.GetUtcNow());

    public async ValueTask InitializeAsync() => _secrets = await OpenAsync();

    public virtual async ValueTask DisposeAsync()
    {
        await _secrets.DeleteAsync(_name, CancellationToken.None);
        GC.SuppressFinalize(this);
    }

    /// <summary>The vault, empty or not.</summary>
    protected abstract ValueTask<ISecretStore> OpenAsync();

    /// <summary>Lets time pass for the vault; real vaults have real time.</summary>
    protected virtual Task PassAsync(TimeSpan time)
    {
        Clock.Advance(time);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_secret_that_was_never_set_is_null_and_has_no_versions()
    {
        Assert.Null(await _secrets.GetAsync(_name, Cancel));
        Assert.Empty(await _secrets.VersionsAsync(_name, Cancel));
    }

    [Fact]
    public async Task Every_byte_comes_back_as_it_was_set()
    {
        byte[] value = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        await _secrets.SetAsync(_name, value, Cancel);

        Assert.Equal(value, await _secrets.GetAsync(_name, Cancel));
    }

    [Fact]
    public async Task The_longest_value_comes_back_and_a_longer_one_is_refused()
    {
        var value = RandomNumberGenerator.GetBytes(ISecretStore.MaxValueBytes);
        await _secrets.SetAsync(_name, value, Cancel);

        Assert.Equal(value, await _secrets.GetAsync(_name, Cancel));
        await Assert.ThrowsAsync<ArgumentException>(async () => await _secrets.SetAsync(_name, new byte[ISecretStore.MaxValueBytes + 1], Cancel));
    }

    [Fact]
    public async Task An_empty_value_is_a_value()
    {
        await _secrets.SetAsync(_name, Array.Empty<byte>(), Cancel);

        Assert.Equal(Array.Empty<byte>(), await _secrets.GetAsync(_name, Cancel));
    }

    [Fact]
    public async Task The_newest_version_is_the_secret_and_an_older_one_is_given_by_its_id()
    {
        var old = await _secrets.SetAsync(_name, "old"u8.ToArray(), Cancel);
        var young = await _secrets.SetAsync(_name, "new"u8.ToArray(), Cancel);

        Assert.NotEqual(old, young);
        Assert.Equal("new"u8.ToArray(), await _secrets.GetAsync(_name, Cancel));
        Assert.Equal("old"u8.ToArray(), await _secrets.GetVersionAsync(_name, old, Cancel));
    }

    [Fact]
    public async Task A_version_that_is_not_there_is_null()
    {
        await _secrets.SetAsync(_name, "here"u8.ToArray(), Cancel);

        Assert.Null(await _secrets.GetVersionAsync(_name, "0123456789abcdef0123456789abcdef", Cancel));
        Assert.Null(await _secrets.GetVersionAsync(_name, "../../x", Cancel));
    }

    [Fact]
    public async Task Versions_of_one_second_are_listed_in_the_order_they_were_set()
    {
        var set = new List<string>();
        for (byte i = 0; i < 5; i++)
        {
            set.Add(await _secrets.SetAsync(_name, new[] { i }, Cancel));
        }

        Assert.Equal(set, (await _secrets.VersionsAsync(_name, Cancel)).Select(version => version.Id));
    }

    [Fact]
    public async Task A_version_tells_its_dates_and_state()
    {
        var before = Clock.GetUtcNow();
        var end = DateTimeOffset.FromUnixTimeSeconds(before.AddDays(1).ToUnixTimeSeconds());
        await _secrets.SetAsync(_name, "value"u8.ToArray(), end, Cancel);

        var version = Assert.Single(await _secrets.VersionsAsync(_name, Cancel));

        Assert.Equal((true, end), (version.Enabled, version.Expires));
        Assert.InRange(version.Created, before.AddMinutes(-1), before.AddMinutes(10));
    }

    [Fact]
    public async Task A_disabled_version_is_refused_and_the_older_one_does_not_take_its_place()
    {
        var old = await _secrets.SetAsync(_name, "old"u8.ToArray(), Cancel);
        var young = await _secrets.SetAsync(_name, "new"u8.ToArray(), Cancel);
        await _secrets.GetAsync(_name, Cancel);

        Assert.True(await _secrets.DisableAsync(_name, young, Cancel));

        Assert.Equal(SecretFault.Disabled, await FaultAsync(() => _secrets.GetAsync(_name, Cancel)));
        Assert.Equal(SecretFault.Disabled, await FaultAsync(() => _secrets.GetVersionAsync(_name, young, Cancel)));
        Assert.Equal("old"u8.ToArray(), await _secrets.GetVersionAsync(_name, old, Cancel));
        Assert.Equal([true, false], (await _secrets.VersionsAsync(_name, Cancel)).Select(version => version.Enabled));
    }

    [Fact]
    public async Task A_version_set_after_a_disabled_one_is_the_secret()
    {
        await _secrets.DisableAsync(_name, await _secrets.SetAsync(_name, "old"u8.ToArray(), Cancel), Cancel);
        await _secrets.SetAsync(_name, "new"u8.ToArray(), Cancel);

        Assert.Equal("new"u8.ToArray(), await _secrets.GetAsync(_name, Cancel));
    }

    [Fact]
    public async Task A_version_that_is_not_there_cannot_be_disabled()
    {
        await _secrets.SetAsync(_name, "here"u8.ToArray(), Cancel);

        Assert.False(await _secrets.DisableAsync(_name, "0123456789abcdef0123456789abcdef", Cancel));
    }

    [Fact]
    public async Task An_expired_version_is_refused_from_the_moment_of_its_expiry()
    {
        var end = DateTimeOffset.FromUnixTimeSeconds(Clock.GetUtcNow().AddSeconds(5).ToUnixTimeSeconds());
        await _secrets.SetAsync(_name, "short"u8.ToArray(), end, Cancel);
        Assert.NotNull(await _secrets.GetAsync(_name, Cancel));

        await PassAsync(TimeSpan.FromSeconds(6));

        Assert.Equal(SecretFault.Expired, await FaultAsync(() => _secrets.GetAsync(_name, Cancel)));
    }

    [Fact]
    public async Task A_deleted_secret_is_gone_with_all_its_versions()
    {
        var old = await _secrets.SetAsync(_name, "old"u8.ToArray(), Cancel);
        await _secrets.SetAsync(_name, "new"u8.ToArray(), Cancel);
        await _secrets.GetAsync(_name, Cancel);

        Assert.True(await _secrets.DeleteAsync(_name, Cancel));

        Assert.Null(await _secrets.GetAsync(_name, Cancel));
        Assert.Null(await _secrets.GetVersionAsync(_name, old, Cancel));
        Assert.False(await _secrets.DeleteAsync(_name, Cancel));
    }

    [Fact]
    public async Task What_was_given_can_be_wiped_without_harm()
    {
        await _secrets.SetAsync(_name, "value"u8.ToArray(), Cancel);
        CryptographicOperations.ZeroMemory(await _secrets.GetAsync(_name, Cancel));

        Assert.Equal("value"u8.ToArray(), await _secrets.GetAsync(_name, Cancel));
    }

    [Fact]
    public async Task Who_makes_a_secret_at_the_same_time_ends_up_with_the_same_one()
    {
        var made = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _secrets.GetOrMakeAsync(_name, Cancel).AsTask()));

        Assert.All(made, value => Assert.Equal(made[0], value));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Upper")]
    [InlineData("a|b")]
    [InlineData("../x")]
    [InlineData("a/versions")]
    [InlineData("a?b")]
    public async Task A_name_that_is_none_is_refused_by_every_question(string name)
    {
        await Assert.ThrowsAsync<ArgumentException>(async () => await _secrets.GetAsync(name, Cancel));
        await Assert.ThrowsAsync<ArgumentException>(async () => await _secrets.GetVersionAsync(name, "1", Cancel));
        await Assert.ThrowsAsync<ArgumentException>(async () => await _secrets.SetAsync(name, new byte[1], Cancel));
        await Assert.ThrowsAsync<ArgumentException>(async () => await _secrets.VersionsAsync(name, Cancel));
        await Assert.ThrowsAsync<ArgumentException>(async () => await _secrets.DisableAsync(name, "1", Cancel));
        await Assert.ThrowsAsync<ArgumentException>(async () => await _secrets.DeleteAsync(name, Cancel));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static async Task<SecretFault?> FaultAsync(Func<ValueTask<byte[]?>> ask) => (await Assert.ThrowsAsync<SecretStoreException>(async () => await ask())).Fault;
}
