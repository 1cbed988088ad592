using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Platform.Abstractions.Audit;
using Platform.Abstractions.SigningKeys;
using Platform.Cli.Tests.Shell;

namespace Platform.Cli.Tests.Audit;

/// <summary>Records that somebody made with a ring of their own: all signatures in them are good.</summary>
[Trait("Control", "IN-5")]
public sealed class HostileRecordTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);
    private readonly ECDsa _curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly CliUser _user = new();

    public void Dispose()
    {
        _curve.Dispose();
        _user.Dispose();
    }

    [Fact]
    public Task The_words_of_a_deletion_are_shown_as_words_of_a_stranger() =>
        Hostile.ExpectTamedAsync(_user, 3, "audit", "verify-deletion", FileOf(DeletionRecord.Type, Deletion(Now, new RemovedThings("rows", 3)).Write(), Now));

    [Fact]
    public Task The_words_of_an_erasure_are_shown_as_words_of_a_stranger() =>
        Hostile.ExpectTamedAsync(_user, 3, "audit", "verify-deletion", FileOf(
            ErasureRecord.Type,
            new ErasureRecord { V = 1, Tenant = "acme", Principal = Hostile.Words, Asked = Now, AskedBy = Hostile.Words, KeptIssuedKeys = false, Erased = Now, Removed = [] }.Write(),
            Now));

    [Fact]
    public async Task Numbers_and_times_at_their_ends_are_judged_too()
    {
        var huge = new RemovedThings("rows", long.MaxValue);

        Assert.Equal(0, (await _user.RunAsync("audit", "verify-deletion", FileOf(DeletionRecord.Type, Deletion(DateTimeOffset.MinValue, huge, huge).Write(), DateTimeOffset.MinValue))).Exit);
        Assert.Equal(0, (await _user.RunAsync("audit", "verify-deletion", FileOf(DeletionRecord.Type, Deletion(DateTimeOffset.MaxValue, huge, huge).Write(), DateTimeOffset.MaxValue))).Exit);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("""{"statement":"a.b.c","keys":[null]}""")]
    [InlineData("""{"statement":null,"keys":null}""")]
    [InlineData("""{"statement":{},"keys":7}""")]
    [InlineData("[")]
    [InlineData("")]
    public async Task What_is_no_record_does_not_fit(string text)
    {
        var ran = await _user.RunAsync("audit", "verify-deletion", _user.FileOf("re\u001b[8mcord.json", text));

        Assert.Equal(1, ran.Exit);
        Assert.DoesNotContain('\u001b', ran.Error);
    }

    [Fact]
    public async Task A_name_that_is_no_file_is_no_failure_of_the_tool()
    {
        Assert.Equal(2, (await _user.RunAsync("audit", "verify-deletion", "")).Exit);
        Assert.Equal(2, (await _user.RunAsync("audit", "verify", "nowhere.zip")).Exit);
        Assert.Equal(1, (await _user.RunAsync("audit", "verify", _user.FileOf("no.zip", "no zip"))).Exit);
    }

    private static DeletionRecord Deletion(DateTimeOffset at, params RemovedThings[] removed) => new()
    {
        V = 1, Tenant = "acme", Slug = "acme", SlugReleased = false, Created = at, Deleted = at, DeletedBy = Hostile.Words, Begun = at, PurgedBy = Hostile.Words, Purged = at, Removed = removed,
        TrailSequence = 1, TrailCheckpoint = Hostile.Words,
    };

    private string FileOf(string type, byte[] payload, DateTimeOffset since)
    {
        var point = _curve.ExportParameters(includePrivateParameters: false).Q;
        var jwk = new PublicJwk { KeyType = "EC", Curve = "P-256", X = Base64(point.X!), Y = Base64(point.Y!) };
        var kid = AuditStatement.Thumbprint(jwk);
        var ring = Sign(AuditKey.Type, new AuditKey { V = 1, Number = 1, Kid = kid, Jwk = jwk, From = since }.Write(), kid);
        return _user.FileOf($"{Guid.NewGuid():N}.json", new JsonObject { ["statement"] = Sign(type, payload, kid), ["keys"] = new JsonArray(ring) }.ToJsonString());
    }

    private string Sign(string type, byte[] payload, string kid)
    {
        var input = AuditStatement.SigningInput(type, kid, payload);
        return AuditStatement.Compose(input, _curve.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
    }

    private static string Base64(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}
