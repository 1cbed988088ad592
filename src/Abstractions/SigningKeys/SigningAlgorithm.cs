namespace Platform.Abstractions.SigningKeys;

/// <summary>Names of the signature algorithms that are offered, as RFC 7518 writes them. A key is of one of them for life (AU-1).</summary>
public static class SigningAlgorithm
{
    /// <summary>RSASSA-PKCS1-v1_5 with SHA-256 and a key of 3072 bits: the default.</summary>
    public const string Rs256 = "RS256";

    /// <summary>RSASSA-PSS with SHA-256 and a key of 3072 bits.</summary>
    public const string Ps256 = "PS256";

    /// <summary>ECDSA with P-256 and SHA-256.</summary>
    public const string Es256 = "ES256";

    /// <summary>Exact: no other case, and nothing that is not in the list (<c>none</c> and the HMACs are not).</summary>
    public static bool IsKnown(string? name) => name is Rs256 or Ps256 or Es256;
}
