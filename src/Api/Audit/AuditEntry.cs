using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Api.Alerts.Signals;

namespace Platform.Api.Audit;

/// <summary>
/// What one request will have been: a failure until somebody says otherwise. Holds identifiers only; bodies never enter, and arguments, credentials and what looks like one become HMACs (AL-3).
/// </summary>
internal sealed class AuditEntry
{
    /// <summary>Longest target written; more is cut.</summary>
    public const int MaxTarget = 256;

    private const string Token = "token:";

    [ThreadStatic] private static ArrayBufferWriter<byte>? t_buffer;
    [ThreadStatic] private static Utf8JsonWriter? t_writer;

    public AuditEntry(TimeProvider clock, string transport, string? address)
    {
        Clock = clock;
        At = clock.GetUtcNow();
        Started = Stopwatch.GetTimestamp();
        Id = Guid.CreateVersion7(At);
        Transport = transport;
        Address = address;
    }

    private TimeProvider Clock { get; }

    public Guid Id { get; }

    public DateTimeOffset At { get; }

    public long Started { get; }

    public string Transport { get; }

    public string? Address { get; }

    /// <summary>Whose chain it belongs to: the platform's until a tenant is known.</summary>
    public TenantId Tenant { get; set; } = TenantId.Platform;

    public AuditClass Class { get; set; } = AuditClass.SecurityViolation;

    /// <summary>True from the moment something may have been changed: such an event is never given up.</summary>
    public bool Ran { get; set; }

    /// <summary>The MCP method, or the REST operation.</summary>
    public string Action { get; set; } = "unknown";

    /// <summary>The tool, resource, prompt, tenant or key acted on.</summary>
    public string? Target { get; set; }

    /// <summary>What the record says after the target, and nothing else that is kept of a request does: a request that is answered again has its target and not this.</summary>
    public string? Addition { get; set; }

    /// <summary>What it changed of settings; on record when it succeeded. Names of people and whatever else an erasure must reach are no settings.</summary>
    public IReadOnlyDictionary<string, ChangedField>? Changes { get; set; }

    /// <summary>True where an agent made the target up: what looks random in it is a credential until the contrary is known.</summary>
    public bool IsTargetFree { get; set; }

    /// <summary>SHA-256 of the arguments of a call; null for none. The trail has the HMAC of it.</summary>
    private byte[]? _arguments;

    public Caller? Caller { get; set; }

    /// <summary><c>ok</c>, or the slug of the problem.</summary>
    public string Outcome { get; private set; } = ProblemCatalogue.Row(ProblemCode.Internal).Slug;

    /// <summary>True when the request was served.</summary>
    public bool Succeeded { get; private set; }

    /// <summary>Bytes of the request's body, as far as they are known; 0 for none.</summary>
    public long RequestBytes { get; set; }

    /// <summary>How many refusals this event stands for; null for one that stands for itself.</summary>
    public int? Counted { get; set; }

    /// <summary>True when it is refused because the trail cannot be written: it is kept for later, and nobody waits for it a second time.</summary>
    public bool IsUnrecordable { get; set; }

    /// <summary>True once it was written before the answer was complete, as for streams: it is not written again.</summary>
    public bool IsWritten { get; set; }

    public string Correlation => Id.ToString("N");

    private bool _isUnknown;
    private OutcomeSignals _signals;
    private OutcomeSignals _taken;

    /// <summary>What of its outcome was not taken yet: each part is taken once, though an outcome may change after that.</summary>
    public OutcomeSignals TakeSignals()
    {
        var isAdmitted = Caller is not null && (_signals & (OutcomeSignals.AuthFailure | OutcomeSignals.RateLimited)) == OutcomeSignals.None;
        var signals = isAdmitted ? _signals | OutcomeSignals.Request : _signals;
        var left = signals & ~_taken;
        _taken |= signals;
        return left;
    }

    /// <summary>Keeps what is told of the arguments of a call.</summary>
    /// <param name="arguments">As they were sent.</param>
    public void TakeArguments(ReadOnlySpan<byte> arguments) => _arguments = arguments.Length > "{}".Length ? SHA256.HashData(arguments) : null;

    public void Succeed()
    {
        Outcome = AuditOutcomes.Ok;
        Succeeded = true;
    }

    public void Fail(ProblemCode code)
    {
        Succeeded = false;
        _signals |= OutcomeSignal.Of(code);
        _isUnknown = code is ProblemCode.NotFound or ProblemCode.TenantNotFound or ProblemCode.ResourceNotFound or ProblemCode.SessionNotFound or ProblemCode.InvalidParams or ProblemCode.Unauthenticated;
        Outcome = ProblemCatalogue.Row(code).Slug;
        Class = code switch
        {
            ProblemCode.Unauthenticated => AuditClass.Authentication,
            ProblemCode.PermissionDenied => AuditClass.Authorization,
            ProblemCode.OriginDenied or ProblemCode.HostDenied or ProblemCode.Malformed or ProblemCode.TooDeep or ProblemCode.TooLarge
                or ProblemCode.HeaderMismatch or ProblemCode.RateLimited or ProblemCode.QuotaExceeded => AuditClass.SecurityViolation,
            // What an ordinary client does by mistake, or an old one by habit, is no attack.
            ProblemCode.MethodNotAllowed or ProblemCode.MethodNotFound or ProblemCode.NotAcceptable or ProblemCode.UnsupportedMediaType
                or ProblemCode.SessionNotFound or ProblemCode.InvalidRequest or ProblemCode.UnsupportedVersion when Class == AuditClass.SecurityViolation => AuditClass.ResourceAccess,
            _ => Class,
        };
    }

    /// <summary>A limit or a quota of requests refused it, so it was not admitted.</summary>
    public AuditEntry Limited()
    {
        _signals |= OutcomeSignals.RateLimited;
        return this;
    }

    /// <summary>The caller went away before there was an answer.</summary>
    public void Cancel() => Outcome = AuditOutcomes.Cancelled;

    public AuditEvent Seal() => Seal(Id, Outcome, Addition is null ? Target : $"{Target} {Addition}", IsTargetFree || _isUnknown, Succeeded ? Changes : null);

    /// <summary>What will be told of the request when it is never heard of again.</summary>
    /// <param name="target">What it is about, as far as that is known before it runs.</param>
    public AuditEvent SealIntent(string? target) => Seal(AuditIntent.Partner(Id), AuditIntent.Unfinished, Target ?? target, IsTargetFree || Target is null, null);

    /// <summary>The canonical record: the members below, in this order, absent ones left out. Values that it must not have leave a place for their HMACs, which the trail's own grain makes.</summary>
    private AuditEvent Seal(Guid id, string outcome, string? target, bool isFree, IReadOnlyDictionary<string, ChangedField>? changes)
    {
        List<HashedValue>? hashed = null;
        var buffer = t_buffer ??= new ArrayBufferWriter<byte>(512);
        var writer = t_writer ??= new Utf8JsonWriter(buffer);
        buffer.ResetWrittenCount();
        writer.Reset(buffer);
        writer.WriteStartObject();
        writer.WriteNumber("v"u8, 3);
        writer.WriteString("id"u8, id);
        writer.WriteString("at"u8, At.UtcDateTime);
        writer.WriteString("tenant"u8, Tenant.ToString());
        writer.WriteString("class"u8, ClassName(Class));
        writer.WriteString("action"u8, Action);
        writer.WriteString("outcome"u8, outcome);
        if (Caller is not null)
        {
            writer.WriteString("principal"u8, Caller.NameIn(Tenant));
            WriteCredential(writer, Caller.Credential, ref hashed);
        }

        if (target is not null)
        {
            // Somebody who pastes a credential where a name belongs must not find it in a trail that nobody can edit.
            writer.WritePropertyName("target"u8);
            HashedText.Write(writer, target, isFree, MaxTarget, ref hashed);
        }

        writer.WriteString("transport"u8, Transport);
        if (Address is not null)
        {
            writer.WriteString("address"u8, Address);
        }

        if (_arguments is not null)
        {
            writer.WritePropertyName("arguments"u8);
            writer.WriteStringValueSegment(default(ReadOnlySpan<char>), isFinalSegment: false);
            HashedText.Leave(writer, _arguments, ref hashed);
            writer.WriteStringValueSegment(default(ReadOnlySpan<char>), isFinalSegment: true);
        }

        if (changes is { Count: > 0 })
        {
            RecordedChanges.Write(writer, changes, ref hashed);
        }

        if (Counted is { } counted)
        {
            writer.WriteNumber("counted"u8, counted);
        }

        writer.WriteString("correlation"u8, Correlation);
        writer.WriteNumber("durationUs"u8, (long)Stopwatch.GetElapsedTime(Started).TotalMicroseconds);
        writer.WriteEndObject();
        writer.Flush();
        var sealedEvent = new AuditEvent(id, At, buffer.WrittenSpan.ToArray());
        return hashed is null ? sealedEvent : sealedEvent with { Hashed = [.. hashed] };
    }

    /// <summary>The id of a token of somebody else's is whatever they write there; ours are needed to take tokens back.</summary>
    private static void WriteCredential(Utf8JsonWriter writer, string credential, ref List<HashedValue>? hashed)
    {
        var id = credential.StartsWith(Token, StringComparison.Ordinal) ? credential.IndexOf(':', Token.Length) + 1 : 0;
        if (id == 0)
        {
            writer.WriteString("credential"u8, credential);
            return;
        }

        writer.WritePropertyName("credential"u8);
        writer.WriteStringValueSegment(credential.AsSpan(0, id), isFinalSegment: false);
        HashedText.Leave(writer, HashedValue.DigestOf(credential[id..]), ref hashed);
        writer.WriteStringValueSegment(default(ReadOnlySpan<char>), isFinalSegment: true);
    }

    private static ReadOnlySpan<byte> ClassName(AuditClass value) => value switch
    {
        AuditClass.Authentication => "authentication"u8,
        AuditClass.Authorization => "authorization"u8,
        AuditClass.ResourceAccess => "resourceAccess"u8,
        AuditClass.ToolExecution => "toolExecution"u8,
        AuditClass.Administration => "administration"u8,
        _ => "securityViolation"u8,
    };
}
