using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Platform.Abstractions.RateLimits;
using Platform.Abstractions.Tenants;
using Platform.Api.OAuth;
using Platform.Grains.Deletions;
using Platform.Silo.OAuth;
using Platform.Silo.Storage;

namespace Platform.Silo.Tests.OAuth;

/// <summary>The records of two tenants in one store.</summary>
[Trait("Control", "AZ-4")]
public abstract class OAuthRecordsTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));
    private protected readonly TenantView One = Tenant("one");
    private readonly TenantView _other = Tenant("other");
    private ServiceProvider _services = null!;

    private protected abstract Task AddStoreAsync(IServiceCollection services);

    private protected abstract void Close();

    public async ValueTask InitializeAsync()
    {
        var services = new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(_clock).AddScoped<OAuthTenant>();
        await AddStoreAsync(services);
        _services = services.BuildServiceProvider();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_services is not null)
        {
            await _services.DisposeAsync();
        }

        Close();
    }

    [Fact]
    public async Task A_row_is_its_tenants_and_nobody_elses()
    {
        await AddAsync(One, "t1");

        Assert.Equal((1, 0), (await CountAsync(One), await CountAsync(_other)));
    }

    [Fact]
    public async Task A_row_that_names_another_tenant_gets_theOne_that_was_decided()
    {
        await using var scope = Enter(One);
        var records = scope.ServiceProvider.GetRequiredService<OAuthDbContext>();
        records.Add(new OAuthToken { Id = "t1", Tenant = _other.Id.ToString() });
        await records.SaveChangesAsync();

        Assert.Equal((1, 0), (await CountAsync(One), await CountAsync(_other)));
    }

    [Fact]
    public async Task A_row_cannot_be_moved_to_another_tenant()
    {
        await AddAsync(One, "t1");
        await using var scope = Enter(One);
        var records = scope.ServiceProvider.GetRequiredService<OAuthDbContext>();
        (await records.Tokens.SingleAsync()).Tenant = _other.Id.ToString();

        await Assert.ThrowsAsync<InvalidOperationException>(() => records.SaveChangesAsync());
    }

    [Fact]
    public async Task Without_a_tenant_nothing_can_be_asked()
    {
        await using var scope = _services.CreateAsyncScope();
        var records = scope.ServiceProvider.GetRequiredService<OAuthDbContext>();

        await Assert.ThrowsAsync<InvalidOperationException>(() => records.Tokens.CountAsync());
    }

    [Fact]
    public async Task A_scope_hasOne_tenant()
    {
        await using var scope = Enter(One);

        Assert.Throws<InvalidOperationException>(() => scope.ServiceProvider.GetRequiredService<OAuthTenant>().Enter(_other, "http://127.0.0.1"));
    }

    [Fact]
    public async Task Another_tenants_token_is_not_used_up()
    {
        await AddAsync(One, "t1");

        Assert.Equal((false, true, false), (await RedeemAsync(_other, "t1"), await RedeemAsync(One, "t1"), await RedeemAsync(One, "t1")));
    }

    [Fact]
    [Trait("Control", "AU-3")]
    public async Task Of_many_who_use_a_token_up_at_onceOne_does()
    {
        await AddAsync(One, "t1");

        var taken = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => RedeemAsync(One, "t1"))));

        Assert.Single(taken, won => won);
    }

    [Fact, Trait("Control", "IR-2")]
    public async Task A_token_is_found_and_revoked_by_its_own_tenant_alone()
    {
        await AddAsync(One, "t1");
        await using var mine = Enter(One);
        await using var theirs = Enter(_other);
        var (own, foreign) = (mine.ServiceProvider.GetRequiredService<ITokenRecords>(), theirs.ServiceProvider.GetRequiredService<ITokenRecords>());

        Assert.Equal(new TokenOrigin(null), await own.FindAsync("t1", CancellationToken.None));
        Assert.Null(await foreign.FindAsync("t1", CancellationToken.None));
        await foreign.RevokeAsync("t1", CancellationToken.None);
        Assert.True(await RedeemAsync(One, "t1"));
        await AddAsync(One, "t2");
        await own.RevokeAsync("t2", CancellationToken.None);
        Assert.False(await RedeemAsync(One, "t2"));
    }

    [Fact]
    public async Task A_purge_takes_all_of_one_tenant_and_nothing_of_another()
    {
        await AddAsync(One, "t1");
        await AddAsync(One, "t2");
        await AddAsync(_other, "t3");
        var records = _services.GetServices<ITenantStore>().Single();
        Assert.Equal((2, 1), (await records.CountAsync(One.Id, CancellationToken.None), await records.CountAsync(_other.Id, CancellationToken.None)));

        await records.PurgeAsync(One.Id, CancellationToken.None);
        await records.PurgeAsync(One.Id, CancellationToken.None);

        Assert.Equal((0, 1), (await CountAsync(One), await CountAsync(_other)));
    }

    [Fact]
    public async Task What_has_been_over_for_a_day_is_removed_and_what_is_not_stays()
    {
        await AddAsync(One, "old", _clock.GetUtcNow().AddDays(-2));
        await AddAsync(_other, "fresh", _clock.GetUtcNow().AddHours(-1));

        await new RecordCleaner(_services.GetRequiredService<IServiceScopeFactory>(), _clock, NullLogger<RecordCleaner>.Instance).CleanAsync(CancellationToken.None);

        Assert.Equal((0, 1), (await CountAsync(One), await CountAsync(_other)));
    }

    private protected async Task AddAsync(TenantView tenant, string id, DateTimeOffset? expires = null)
    {
        await using var scope = Enter(tenant);
        var records = scope.ServiceProvider.GetRequiredService<OAuthDbContext>();
        records.Add(new OAuthToken { Id = id, Status = "valid", ExpirationDate = (expires ?? _clock.GetUtcNow().AddHours(1)).UtcDateTime });
        await records.SaveChangesAsync();
    }

    private protected async Task<int> CountAsync(TenantView tenant)
    {
        await using var scope = Enter(tenant);
        return await scope.ServiceProvider.GetRequiredService<OAuthDbContext>().Tokens.CountAsync();
    }

    private async Task<bool> RedeemAsync(TenantView tenant, string id)
    {
        await using var scope = Enter(tenant);
        return await scope.ServiceProvider.GetRequiredService<ITokenRecords>().RedeemAsync(id, CancellationToken.None);
    }

    private AsyncServiceScope Enter(TenantView tenant)
    {
        var scope = _services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<OAuthTenant>().Enter(tenant, "http://127.0.0.1:5080");
        return scope;
    }

    private static TenantView Tenant(string slug) => new()
    {
        Id = TenantId.New(),
        Slug = slug,
        DisplayName = slug,
        Status = TenantStatus.Active,
        CreatedAt = DateTimeOffset.UnixEpoch,
        AuditMode = AuditMode.Durable,
        RateLimit = RateLimitRule.Default,
        AllowedOrigins = [],
    };
}
