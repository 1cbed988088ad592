using System.Diagnostics.CodeAnalysis;

namespace Platform.Abstractions.Audit;

/// <summary>The public keys of the audit key ring, oldest first, each signed by the one before it. Whoever trusts one of them by its thumbprint can trust those after it.</summary>
public sealed class AuditKeyChain
{
    /// <summary>Clocks of silos differ by less than this.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    /// <summary>More keys than centuries of rotation make.</summary>
    public const int MostKeys = 10_000;

    private readonly List<AuditKey> _keys;

    private AuditKeyChain(List<AuditKey> keys) => _keys = keys;

    /// <summary>Oldest first; at least one.</summary>
    public IReadOnlyList<AuditKey> Keys => _keys;

    /// <summary>The key that signs now.</summary>
    public AuditKey Newest => _keys[^1];

    /// <summary>Reads the ring's statements. False when one is not what it should be, was not signed by the key before it, or is missing.</summary>
    public static bool TryRead(IEnumerable<string> statements, [NotNullWhen(true)] out AuditKeyChain? chain)
    {
        chain = null;
        var keys = new List<AuditKey>();
        foreach (var compact in statements)
        {
            if (keys.Count == MostKeys || !AuditStatement.TryRead(compact, AuditKey.Type, out var statement) || !AuditKey.TryRead(statement.Payload, out var key))
            {
                return false;
            }

            var before = keys.Count == 0 ? null : keys[^1];
            var signer = before ?? key;
            if (key.Number != keys.Count + 1 || !string.Equals(key.Previous, before?.Kid, StringComparison.Ordinal) || key.From < before?.From
                || !string.Equals(statement.KeyId, signer.Kid, StringComparison.Ordinal) || !statement.IsSignedBy(signer.Jwk))
            {
                return false;
            }

            keys.Add(key);
        }

        chain = keys.Count == 0 ? null : new AuditKeyChain(keys);
        return chain is not null;
    }

    /// <summary>True when the ring has, or had, this key.</summary>
    public bool Has(string thumbprint) => _keys.Exists(key => string.Equals(key.Kid, thumbprint, StringComparison.Ordinal));

    /// <summary>Null when the statement was signed by a key of this ring in the time of that key; else the fault.</summary>
    /// <param name="statement">Of any type.</param>
    /// <param name="at">When it says that it was signed.</param>
    /// <param name="number">Of the key.</param>
    public string? Check(AuditStatement statement, DateTimeOffset at, out int number)
    {
        number = 1 + _keys.FindIndex(key => string.Equals(key.Kid, statement.KeyId, StringComparison.Ordinal));
        if (number == 0)
        {
            return AuditFault.UnknownKey;
        }

        var key = _keys[number - 1];
        if (!statement.IsSignedBy(key.Jwk))
        {
            return AuditFault.BadSignature;
        }

        // Differences, not sums: a stranger's times may be at the end of time.
        var isLate = number < _keys.Count && at - _keys[number].From > Skew;
        return isLate || key.From - at > Skew ? AuditFault.RetiredKey : null;
    }
}
