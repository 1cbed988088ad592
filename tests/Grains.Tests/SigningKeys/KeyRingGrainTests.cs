using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Platform.Abstractions.Changes;
using Platform.Abstractions.Problems;
using Platform.Abstractions.SigningKeys;
using Platform.Abstractions.Tenants;
using Platform.Grains.SigningKeys;
using Platform.Testing;

namespace Platform.Grains.Tests.SigningKeys;

/// <summary>The ring on two silos with a vault that can be away.</summary>
[Collection(OnTheCluster.Name), Trait("Control", "AU-4")]
public sealed class KeyRingGrainTests(SharedCluster shared) : IDisposable
{
    private static readonly byte[] Claims = """{"sub":"usr_1","aud":"https://mcp.example/t/x/mcp"}"""u8.ToArray();

    private readonly GrainCluster _cluster = shared.Cluster;
    private readonly TenantId _tenant = TenantId.New();

    private IKeyRingGrain Ring => _cluster.For(_tenant).The<IKeyRingGrain>();

    public void Dispose() => (_cluster.Secrets.IsAway, _cluster.Secrets.AnswersLostFor, _cluster.Secrets.AwayFor) = (false, null, null);

    [Theory, Trait("Control", "AU-1")]
    [InlineData("RS256")]
    [InlineData("PS256")]
    [InlineData("ES256")]
    public async Task Another_implementation_verifies_what_was_signed(string algorithm)
    {
        await Ring.RotateAsync(new RotateSigningKeys { Algorithm = algorithm }, Caller()).Value();

        var signed = await SignAsync(algorithm);

        var result = await JudgeAsync(signed.Compact);
        Assert.True(result.IsValid, result.Exception?.Message);
        Assert.Equal("usr_1", ((JsonWebToken)result.SecurityToken).Subject);
    }

    [Fact]
    public async Task Another_implementation_refuses_what_was_changed()
    {
        var parts = (await SignAsync()).Compact.Split('.');
        parts[1] = Base64UrlEncoder.Encode("""{"sub":"usr_2"}""");

        Assert.False((await JudgeAsync(string.Join('.', parts))).IsValid);
    }

    [Fact]
    public async Task The_header_has_algorithm_key_and_type_and_nothing_else()
    {
        var signed = await SignAsync();

        Assert.Equal($$"""{"alg":"RS256","kid":"{{signed.KeyId}}","typ":"at+jwt"}""", Base64UrlEncoder.Decode(signed.Compact.Split('.')[0]));
        Assert.Equal(Claims, Base64UrlEncoder.DecodeBytes(signed.Compact.Split('.')[1]));
    }

    [Theory]
    [InlineData("at+jwt", """[1]""", null)]
    [InlineData("at+jwt", """{"a":""", null)]
    [InlineData("at+jwt", """{}""", "none")]
    [InlineData("at+jwt", """{}""", "HS256")]
    [InlineData("at+jwt", """{}""", "rs256")]
    [InlineData("at\",\"jku\":\"x", """{}""", null)]
    [InlineData("", """{}""", null)]
    public async Task What_is_no_token_is_not_signed(string type, string claims, string? algorithm) =>
        Assert.Equal(ProblemCode.InvalidParams, await Ring.SignAsync(new SignJws { Type = type, Payload = Encoding.UTF8.GetBytes(claims), Algorithm = algorithm }, Caller()).Refusal());

    [Fact]
    public async Task An_algorithm_that_the_tenant_has_no_key_for_is_refused() =>
        Assert.Equal(ProblemCode.InvalidParams, await Ring.SignAsync(new SignJws { Type = "at+jwt", Payload = Claims, Algorithm = "ES256" }, Caller()).Refusal());

    [Fact]
    public async Task A_ring_that_is_only_looked_at_makes_no_key()
    {
        Assert.Empty(await Ring.PublicAsync());
        Assert.Empty(await Ring.ListAsync());
    }

    [Fact]
    public async Task The_key_is_kept_under_its_own_name_and_its_private_part_in_the_vault_only()
    {
        var signed = await SignAsync();

        Assert.Contains($"sig-{_tenant}-{signed.KeyId}", _cluster.Secrets.Names);
        var view = JsonSerializer.Serialize(await Ring.ListAsync());
        Assert.All(["\"d\"", "\"p\"", "\"q\"", "\"dp\"", "\"dq\"", "\"qi\"", "PRIVATE"], member => Assert.DoesNotContain(member, view, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_ring_goes_on_where_it_was_after_its_activation_ended()
    {
        var before = await SignAsync();
        await _cluster.DeactivateAsync(Ring);

        Assert.Equal(before.KeyId, (await SignAsync()).KeyId);
        Assert.True((await JudgeAsync(before.Compact)).IsValid);
    }

    [Fact]
    public async Task Keys_change_at_30_days_and_nothing_that_was_signed_stops_being_good_before_its_time()
    {
        var first = await SignAsync();
        _cluster.Clock.Advance(TimeSpan.FromDays(29));
        Assert.Equal(first.KeyId, (await SignAsync()).KeyId);
        var pending = await PendingAsync();
        _cluster.Clock.Advance(TimeSpan.FromDays(1) - TimeSpan.FromMinutes(1));
        Assert.Equal(first.KeyId, (await SignAsync()).KeyId);

        _cluster.Clock.Advance(TimeSpan.FromMinutes(1));
        var second = await SignAsync();

        Assert.Equal(pending.Kid, second.KeyId);
        Assert.Equal(SigningKeyStatus.Passive, (await StatusAsync(first.KeyId)));
        _cluster.Clock.Advance(TimeSpan.FromHours(24));
        Assert.True((await JudgeAsync(first.Compact)).IsValid);
        _cluster.Clock.Advance(TimeSpan.FromHours(1));
        Assert.False((await JudgeAsync(first.Compact)).IsValid);
        Assert.True((await JudgeAsync(second.Compact)).IsValid);
    }

    [Fact]
    public async Task A_ring_that_slept_through_its_rotation_catches_up()
    {
        var first = await SignAsync();
        await _cluster.DeactivateAsync(Ring);
        _cluster.Clock.Advance(TimeSpan.FromDays(31));

        Assert.Equal(first.KeyId, (await SignAsync()).KeyId);
        var next = await PendingAsync();
        _cluster.Clock.Advance(KeyRing.Publication);

        Assert.Equal(next.Kid, (await SignAsync()).KeyId);
    }

    [Fact]
    public async Task Two_silos_that_rotate_at_once_make_one_new_key()
    {
        var first = await SignAsync();

        var both = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => _cluster.For(_tenant, i % 2).The<IKeyRingGrain>().RotateAsync(new RotateSigningKeys(), Caller())));

        var kid = Assert.Single(both.Select(result => result.Value().Kid).Distinct(StringComparer.Ordinal));
        Assert.Equal([first.KeyId, kid], (await Ring.PublicAsync()).Select(key => key.Kid));
    }

    [Fact]
    public async Task A_rotation_on_demand_takes_effect_when_the_key_has_been_public_for_long_enough()
    {
        var first = await SignAsync();
        var next = await Ring.RotateAsync(new RotateSigningKeys(), Caller()).Value();

        Assert.Equal((SigningKeyStatus.Pending, first.KeyId), (next.Status, (await SignAsync()).KeyId));
        _cluster.Clock.Advance(KeyRing.Publication);
        Assert.Equal(next.Kid, (await SignAsync()).KeyId);
        Assert.True((await JudgeAsync(first.Compact)).IsValid);
    }

    [Fact]
    public async Task After_an_emergency_nothing_old_verifies_and_something_new_signs()
    {
        var first = await SignAsync();
        var pending = await Ring.RotateAsync(new RotateSigningKeys(), Caller()).Value();
        var node = await _cluster.GivenNodeAsync();

        var keys = await Ring.EmergencyRotateAsync(Caller()).Value();

        Assert.DoesNotContain(keys, key => key.Kid == first.KeyId || key.Kid == pending.Kid);
        Assert.False((await JudgeAsync(first.Compact)).IsValid);
        Assert.True((await JudgeAsync((await SignAsync()).Compact)).IsValid);
        Assert.Contains(new Change(_tenant, ChangeKind.SigningKeys, ""), node.Heard);
    }

    [Fact]
    public async Task An_emergency_with_the_vault_away_still_disables_every_old_key()
    {
        var first = await SignAsync();
        _cluster.Secrets.IsAway = true;

        Assert.Equal(ProblemCode.Unavailable, await Ring.EmergencyRotateAsync(Caller()).Refusal());

        Assert.Empty(await Ring.PublicAsync());
        Assert.False((await JudgeAsync(first.Compact)).IsValid);
        Assert.Equal(ProblemCode.Unavailable, await Ring.SignAsync(new SignJws { Type = "at+jwt", Payload = Claims }, Caller()).Refusal());
        _cluster.Secrets.IsAway = false;
        _cluster.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True((await JudgeAsync((await SignAsync()).Compact)).IsValid);
    }

    [Fact, Trait("Control", "AU-5")]
    public async Task With_the_vault_away_the_active_key_signs_until_its_limit_and_no_rotation_is_done()
    {
        var first = await SignAsync();
        _cluster.Secrets.IsAway = true;
        _cluster.Clock.Advance(TimeSpan.FromDays(30));

        Assert.Equal(first.KeyId, (await SignAsync()).KeyId);
        Assert.Equal(ProblemCode.Unavailable, await Ring.RotateAsync(new RotateSigningKeys(), Caller()).Refusal());
        _cluster.Clock.Advance(TimeSpan.FromDays(7));
        Assert.Equal(ProblemCode.Unavailable, await Ring.SignAsync(new SignJws { Type = "at+jwt", Payload = Claims }, Caller()).Refusal());

        _cluster.Secrets.IsAway = false;
        _cluster.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.NotEqual(first.KeyId, (await SignAsync()).KeyId);
    }

    [Fact]
    public async Task A_key_that_could_not_be_stored_does_not_sign()
    {
        var first = await SignAsync();
        _cluster.Storage.FailWrite("key-ring", _tenant);

        await Assert.ThrowsAnyAsync<Exception>(() => Ring.EmergencyRotateAsync(Caller()));

        Assert.Equal(first.KeyId, Assert.Single(await Ring.PublicAsync()).Kid);
    }

    [Fact]
    public async Task A_ring_that_nobody_uses_is_rotated_by_its_reminder()
    {
        var first = await SignAsync();
        _cluster.Clock.Advance(TimeSpan.FromDays(30));

        // The first tick has the next key made, the second finds its time come.
        await RemindAsync();
        await EventuallyAsync(async () => (await Ring.ListAsync()).Any(key => key.Status == SigningKeyStatus.Pending));
        _cluster.Clock.Advance(TimeSpan.FromMinutes(5));
        await RemindAsync();

        Assert.Equal(SigningKeyStatus.Passive, await StatusAsync(first.KeyId));
        Assert.Contains(await Ring.ListAsync(), key => key.Status == SigningKeyStatus.Active && key.Kid != first.KeyId);
    }

    [Fact, Trait("Control", "AU-5")]
    public async Task The_vault_has_no_private_part_of_a_key_that_no_longer_verifies()
    {
        var first = await SignAsync();
        await Ring.EmergencyRotateAsync(Caller()).Value();

        await EventuallyAsync(() => Task.FromResult(!_cluster.Secrets.Names.Contains($"sig-{_tenant}-{first.KeyId}")));

        Assert.Contains(_cluster.Secrets.Names, name => name.StartsWith($"sig-{_tenant}-", StringComparison.Ordinal));
    }

    [Fact, Trait("Control", "AU-5")]
    public async Task A_private_part_that_the_vault_could_not_delete_is_deleted_when_it_is_back()
    {
        var first = await SignAsync();
        _cluster.Secrets.IsAway = true;
        await Ring.EmergencyRotateAsync(Caller()).Refusal();
        Assert.Contains($"sig-{_tenant}-{first.KeyId}", _cluster.Secrets.Names);

        _cluster.Secrets.IsAway = false;
        await RemindAsync();

        Assert.DoesNotContain($"sig-{_tenant}-{first.KeyId}", _cluster.Secrets.Names);
    }

    [Fact, Trait("Control", "AU-5")]
    public async Task A_key_that_the_vault_took_without_saying_so_is_destroyed()
    {
        _cluster.Secrets.AnswersLostFor = $"sig-{_tenant}-";
        Assert.Equal(ProblemCode.Unavailable, await Ring.SignAsync(new SignJws { Type = "at+jwt", Payload = Claims }, Caller()).Refusal());
        var lost = Assert.Single(SecretsOfMine());

        _cluster.Secrets.AnswersLostFor = null;
        await RemindAsync();
        Assert.Equal([lost], SecretsOfMine());
        _cluster.Clock.Advance(KeyRing.Making);
        await RemindAsync();

        Assert.Empty(SecretsOfMine());
        Assert.Equal([$"sig-{_tenant}-{(await SignAsync()).KeyId}"], SecretsOfMine());
    }

    [Fact, Trait("Control", "AU-5")]
    public async Task A_key_whose_row_could_not_be_written_is_destroyed_by_whichever_activation_comes_next()
    {
        _cluster.Storage.FailWrite("key-ring", _tenant, successes: 1);
        await Assert.ThrowsAnyAsync<Exception>(() => Ring.SignAsync(new SignJws { Type = "at+jwt", Payload = Claims }, Caller()));
        Assert.Single(SecretsOfMine());
        Assert.True(await _cluster.IsRemindedAsync(Ring, KeyRingGrain.Upkeep));

        await _cluster.DeactivateAsync(Ring);
        _cluster.Clock.Advance(KeyRing.Making);
        await RemindAsync();

        Assert.Empty(SecretsOfMine());
        Assert.Equal([$"sig-{_tenant}-{(await SignAsync()).KeyId}"], SecretsOfMine());
    }

    [Fact, Trait("Control", "AU-5")]
    public async Task A_tenant_that_is_deleted_gets_no_key_and_one_that_is_restored_does()
    {
        var (tenant, by) = (await _cluster.GivenTenantAsync(), GrainCluster.CallerOf(TenantId.Platform));
        var ring = _cluster.For(tenant).The<IKeyRingGrain>();
        await _cluster.For(tenant).The<ITenantGrain>().DeleteAsync(null, _cluster.Clock.GetUtcNow(), by).Value();

        Assert.Equal(ProblemCode.Conflict, await ring.EmergencyRotateAsync(by).Refusal());
        Assert.Equal(ProblemCode.Conflict, await ring.SignAsync(new SignJws { Type = "at+jwt", Payload = Claims }, by).Refusal());
        Assert.DoesNotContain(_cluster.Secrets.Names, name => name.StartsWith($"sig-{tenant}-", StringComparison.Ordinal));

        await _cluster.For(tenant).The<ITenantGrain>().RestoreAsync(by).Value();
        Assert.Single(await ring.EmergencyRotateAsync(by).Value());
    }

    [Fact, Trait("Control", "AU-5")]
    public async Task An_emergency_ends_the_keys_of_a_deleted_tenant_and_its_restoration_does_not_bring_them_back()
    {
        var (tenant, by) = (await _cluster.GivenTenantAsync(), GrainCluster.CallerOf(TenantId.Platform));
        var (ring, owner) = (_cluster.For(tenant).The<IKeyRingGrain>(), _cluster.For(tenant).The<ITenantGrain>());
        var stolen = await ring.SignAsync(new SignJws { Type = "at+jwt", Payload = Claims }, GrainCluster.CallerOf(tenant)).Value();
        await owner.DeleteAsync(null, _cluster.Clock.GetUtcNow(), by).Value();

        Assert.Equal(ProblemCode.Conflict, await ring.EmergencyRotateAsync(by).Refusal());
        await owner.RestoreAsync(by).Value();

        Assert.DoesNotContain(await ring.PublicAsync(), key => key.Kid == stolen.KeyId);
        Assert.NotEqual(stolen.KeyId, (await ring.SignAsync(new SignJws { Type = "at+jwt", Payload = Claims }, GrainCluster.CallerOf(tenant)).Value()).KeyId);
    }

    [Fact, Trait("Control", "AU-5")]
    public async Task However_long_the_vault_was_away_a_key_is_made_when_it_is_back()
    {
        _cluster.Secrets.IsAway = true;
        for (var attempt = 0; attempt <= KeyRing.MostBegun; attempt++)
        {
            Assert.Equal(ProblemCode.Unavailable, await Ring.SignAsync(new SignJws { Type = "at+jwt", Payload = Claims }, Caller()).Refusal());
            _cluster.Clock.Advance(TimeSpan.FromSeconds(30));
        }

        _cluster.Secrets.IsAway = false;

        Assert.Equal([$"sig-{_tenant}-{(await SignAsync()).KeyId}"], SecretsOfMine());
    }

    [Fact, Trait("Control", "AU-5")]
    public async Task A_private_part_that_the_vault_keeps_keeps_none_of_the_others()
    {
        var first = await SignAsync();
        _cluster.Secrets.IsAway = true;
        await Ring.EmergencyRotateAsync(Caller()).Refusal();
        _cluster.Secrets.IsAway = false;
        _cluster.Secrets.AwayFor = $"sig-{_tenant}-{first.KeyId}";
        _cluster.Clock.Advance(TimeSpan.FromMinutes(1));
        var second = await SignAsync();
        await Ring.EmergencyRotateAsync(Caller()).Value();

        await RemindAsync();

        Assert.Contains($"sig-{_tenant}-{first.KeyId}", SecretsOfMine());
        Assert.DoesNotContain($"sig-{_tenant}-{second.KeyId}", SecretsOfMine());
    }

    [Fact, Trait("Control", "AZ-4")]
    public async Task Another_tenants_ring_has_other_keys()
    {
        var mine = await SignAsync();
        var theirs = await _cluster.For(TenantId.New()).The<IKeyRingGrain>().SignAsync(new SignJws { Type = "at+jwt", Payload = Claims }, Caller()).Value();

        Assert.NotEqual(mine.KeyId, theirs.KeyId);
        Assert.False((await JudgeAsync(theirs.Compact)).IsValid);
    }

    private Platform.Abstractions.Identity.Caller Caller() => GrainCluster.CallerOf(_tenant);

    private IEnumerable<string> SecretsOfMine() => _cluster.Secrets.Names.Where(name => name.StartsWith($"sig-{_tenant}-", StringComparison.Ordinal));

    private Task RemindAsync() => Ring.AsReference<IRemindable>().ReceiveReminder(KeyRingGrain.Upkeep, default);

    private static async Task EventuallyAsync(Func<Task<bool>> holds)
    {
        while (!await holds())
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    private Task<SignedJws> SignAsync(string? algorithm = null) =>
        Ring.SignAsync(new SignJws { Type = "at+jwt", Payload = Claims, Algorithm = algorithm }, Caller()).Value();

    private async Task<SigningKeyStatus> StatusAsync(string kid) => (await Ring.ListAsync()).Single(key => key.Kid == kid).Status;

    /// <summary>The key that is being made in the background, once it is there: making one takes real time.</summary>
    private async Task<SigningKeyView> PendingAsync()
    {
        for (var i = 0; i < 3_000; i++)
        {
            if (Array.Find(await Ring.PublicAsync(), key => key.Status == SigningKeyStatus.Pending) is { } pending)
            {
                return pending;
            }

            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        throw new Xunit.Sdk.XunitException("No next key was made.");
    }

    /// <summary>Somebody else's library with the keys that the ring publishes.</summary>
    private async Task<TokenValidationResult> JudgeAsync(string token)
    {
        var keys = (await Ring.PublicAsync()).Where(key => key.Verifies(_cluster.Clock.GetUtcNow())).Select(key => new JsonWebKey
        {
            Kid = key.Kid, Alg = key.Algorithm, Kty = key.Jwk.KeyType, N = key.Jwk.Modulus, E = key.Jwk.Exponent, Crv = key.Jwk.Curve, X = key.Jwk.X, Y = key.Jwk.Y,
        });
        return await new JsonWebTokenHandler().ValidateTokenAsync(token, new TokenValidationParameters
        {
            IssuerSigningKeys = keys, TryAllIssuerSigningKeys = false, ValidateIssuer = false, ValidateAudience = false, ValidateLifetime = false, ValidTypes = ["at+jwt"],
        });
    }
}
