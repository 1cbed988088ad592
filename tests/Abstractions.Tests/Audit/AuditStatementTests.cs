using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Platform.Abstractions.Audit;
using Platform.Abstractions.SigningKeys;

namespace Platform.Abstractions.Tests.Audit;

[Trait("Control", "AL-4")]
public sealed class AuditStatementTests : IDisposable
{
    private const string Type = "audit-checkpoint";

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public void Dispose() => _key.Dispose();

    [Fact]
    public void A_statement_is_read_as_it_was_signed()
    {
        var compact = Sign("{\"v\":1}");

        Assert.True(AuditStatement.TryRead(compact, Type, out var statement));
        Assert.Equal("{\"v\":1}", Encoding.UTF8.GetString(statement.Payload));
        Assert.True(statement.IsSignedBy(Public(_key)));
    }

    [Fact]
    public void Another_key_did_not_sign_it()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        Assert.True(AuditStatement.TryRead(Sign("{}"), Type, out var statement));
        Assert.False(statement.IsSignedBy(Public(other)));
    }

    [Fact]
    public void A_statement_of_another_type_is_none() => Assert.False(AuditStatement.TryRead(Sign("{}"), "audit-segment", out _));

    [Fact]
    public void Every_changed_character_makes_it_unreadable_or_unsigned()
    {
        var compact = Sign("{\"v\":1,\"tenant\":\"aaaaaaaa\"}");
        var accepted =
            from at in Enumerable.Range(0, compact.Length)
            from other in "AZaz09-_.= "
            where other != compact[at]
            let changed = compact[..at] + other + compact[(at + 1)..]
            where AuditStatement.TryRead(changed, Type, out var read) && read.IsSignedBy(Public(_key))
            select changed;

        Assert.Empty(accepted);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a.b.c.d")]
    public void What_is_no_statement_is_refused(string? text) => Assert.False(AuditStatement.TryRead(text, Type, out _));

    [Theory]
    [InlineData("""{"alg":"none","kid":"k","typ":"audit-checkpoint"}""")]
    [InlineData("""{"alg":"HS256","kid":"k","typ":"audit-checkpoint"}""")]
    [InlineData("""{"kid":"k","alg":"ES256","typ":"audit-checkpoint"}""")]
    [InlineData("""{"alg":"ES256","kid":"k","typ":"audit-checkpoint","jwk":{}}""")]
    [InlineData("""{"alg":"ES256", "kid":"k","typ":"audit-checkpoint"}""")]
    public void A_header_of_another_form_is_refused(string header)
    {
        var input = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{Base64Url.EncodeToString("{}"u8)}";

        Assert.False(AuditStatement.TryRead(Signed(input), Type, out _));
    }

    [Fact]
    public void The_thumbprint_is_that_of_RFC_7638()
    {
        // Computed by another implementation (jose) for the key of RFC 7515, appendix A.3.
        var key = new PublicJwk { KeyType = "EC", Curve = "P-256", X = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", Y = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0" };

        Assert.Equal("oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U", AuditStatement.Thumbprint(key));
    }

    private string Sign(string payload) => Signed(AuditStatement.SigningInput(Type, AuditStatement.Thumbprint(Public(_key)), Encoding.UTF8.GetBytes(payload)));

    private string Signed(string input) => AuditStatement.Compose(input, _key.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));

    private static PublicJwk Public(ECDsa key)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return new PublicJwk { KeyType = "EC", Curve = "P-256", X = Base64Url.EncodeToString(point.X), Y = Base64Url.EncodeToString(point.Y) };
    }
}
