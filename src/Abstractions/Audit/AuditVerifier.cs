using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Platform.Abstractions.Tenants;

namespace Platform.Abstractions.Audit;

/// <summary>Walks one tenant's events in order of sequence and names the first that does not fit. Knows no storage and no network.</summary>
public sealed class AuditVerifier(TenantId tenant)
{
    private readonly byte[] _head = new byte[AuditChain.HashSize];
    private long _events;
    private long? _firstBad;
    private string? _fault;

    /// <summary>Begins after a record that is no longer kept, whose hash somebody signed.</summary>
    public void StartAfter(long sequence, ReadOnlySpan<byte> hash)
    {
        hash.CopyTo(_head);
        _events = sequence;
    }

    /// <summary>Checks the next event; false once a fault was found, and everything after it is not looked at.</summary>
    public bool Check(long sequence, ReadOnlySpan<byte> record, ReadOnlySpan<byte> hash)
    {
        if (_firstBad is not null)
        {
            return false;
        }

        if (sequence != _events + 1)
        {
            return Fail(_events + 1, "missing");
        }

        if (!BelongsToTenant(record))
        {
            return Fail(sequence, "foreign-tenant");
        }

        Span<byte> expected = stackalloc byte[AuditChain.HashSize];
        AuditChain.Next(_head, record, expected);
        if (!CryptographicOperations.FixedTimeEquals(expected, hash))
        {
            return Fail(sequence, "hash-mismatch");
        }

        expected.CopyTo(_head);
        _events = sequence;
        return true;
    }

    /// <summary>Checks an event as REST shows it.</summary>
    public bool Check(AuditEventView view)
    {
        Span<byte> hash = stackalloc byte[AuditChain.HashSize];
        return Convert.FromHexString(view.Hash, hash, out _, out var written) == System.Buffers.OperationStatus.Done && written == AuditChain.HashSize
            ? Check(view.Sequence, Encoding.UTF8.GetBytes(view.Record), hash)
            : _firstBad is null && Fail(view.Sequence, "hash-mismatch");
    }

    /// <summary>Hash of the last record that fit.</summary>
    internal ReadOnlySpan<byte> Head => _head;

    /// <summary>What was found so far.</summary>
    public AuditVerification Result => new(_events, Convert.ToHexStringLower(_head), _firstBad, _fault);

    private bool Fail(long sequence, string fault)
    {
        _firstBad = sequence;
        _fault = fault;
        return false;
    }

    private bool BelongsToTenant(ReadOnlySpan<byte> record)
    {
        var reader = new Utf8JsonReader(record);
        try
        {
            while (reader.Read())
            {
                if (reader.CurrentDepth == 1 && reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("tenant"u8))
                {
                    reader.Read();
                    return reader.TokenType == JsonTokenType.String && reader.ValueTextEquals(tenant.ToString());
                }
            }
        }
        catch (JsonException)
        {
            return false;
        }

        return false;
    }
}
