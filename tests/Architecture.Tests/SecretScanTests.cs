using System.Text.RegularExpressions;
using Platform.Abstractions.Keys;

namespace Platform.Architecture.Tests;

/// <summary>No file of the working copy holds a secret that could be real: a key of ours whose checksum is right, a private key, a cloud's access key.</summary>
public sealed partial class SecretScanTests
{
    /// <summary>A made-up key is of few characters; of 43 random ones, more than this many differ.</summary>
    private const int FewCharacters = 8;

    private const long LargestFile = 4 << 20;

    [Fact, Trait("Control", "SC-2")]
    public void No_file_holds_a_secret() =>
        Expect.None(Repository.Files(".", "").Where(file => new FileInfo(Repository.PathOf(file)).Length < LargestFile).SelectMany(file => Findings(Repository.Read(file)).Select(kind => $"{kind} in {file}")));

    [Theory, Trait("Control", "SC-2")]
    [InlineData(KeyKind.Mcp)]
    [InlineData(KeyKind.Management)]
    public void A_planted_key_is_found(KeyKind kind) => Assert.Single(Findings($"\"key\": \"{KeyToken.Mint(kind, "live", out _)}\""));

    [Fact, Trait("Control", "SC-2")]
    public void A_planted_private_key_is_found()
    {
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);

        Assert.Single(Findings($"x\n{key.ExportPkcs8PrivateKeyPem()}\n"));
    }

    [Fact, Trait("Control", "SC-2")]
    public void A_key_that_only_shows_the_form_is_none() => Assert.Empty(Findings("mcpk_live_abcd1234_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA1QYJgz"));

    private static IEnumerable<string> Findings(string text) =>
        OwnKey.Matches(text).Select(match => match.Value).Where(IsReal).Select(_ => "a key of ours")
            .Concat(PrivateKey.Matches(text).Select(_ => "a private key"))
            .Concat(AccessKey.Matches(text).Select(_ => "an access key"));

    private static bool IsReal(string token)
    {
        var environment = token.Contains("_live_", StringComparison.Ordinal) ? "live" : "test";
        return (KeyToken.TryReadId(token, KeyKind.Mcp, environment, out _) || KeyToken.TryReadId(token, KeyKind.Management, environment, out _)) && token[19..62].Distinct().Count() > FewCharacters;
    }

    [GeneratedRegex("mcp[km]_(live|test)_[a-z0-9]{8}_[A-Za-z0-9]{49}", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex OwnKey { get; }

    [GeneratedRegex("-----BEGIN [A-Z ]*PRIVATE KEY-----\\s+[A-Za-z0-9+/=]{40}", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex PrivateKey { get; }

    [GeneratedRegex(@"\b(AKIA|ASIA)[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36}\b|\bAccountKey=[A-Za-z0-9+/=]{60}", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex AccessKey { get; }
}
