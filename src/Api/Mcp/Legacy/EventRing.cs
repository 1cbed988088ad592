using System.Globalization;
using Platform.Abstractions.Mcp;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;

namespace Platform.Api.Mcp.Legacy;

/// <summary>A stream's stored messages, by which a client resumes on any node. Event ids are <c>{stream}.{sequence}</c>.</summary>
internal sealed class EventRing(TenantGrains grains, GrainSession session, string stream)
{
    private const int IdLength = 32;

    /// <summary>A new one of the session.</summary>
    public static EventRing New(TenantGrains grains, GrainSession session) => new(grains, session, LegacySessions.NewId());

    /// <summary>The one a <c>Last-Event-ID</c> names; false for a text that no event of ours had.</summary>
    public static bool TryParse(string? eventId, out string stream, out long sequence)
    {
        (stream, sequence) = ("", 0);
        if (eventId is not { Length: > IdLength + 1 and < IdLength + 20 } || eventId[IdLength] != '.' || !eventId.AsSpan(0, IdLength).ToString().All(char.IsAsciiLetterOrDigit))
        {
            return false;
        }

        stream = eventId[..IdLength];
        return long.TryParse(eventId.AsSpan(IdLength + 1), NumberStyles.None, CultureInfo.InvariantCulture, out sequence);
    }

    public string EventId(long sequence) => string.Create(CultureInfo.InvariantCulture, $"{stream}.{sequence}");

    public Task<Problem?> OpenAsync(bool isListening, ReadOnlyMemory<byte> requestId) => Grain.OpenAsync(new OpenMcpStream(isListening, requestId.ToArray()), session.Caller);

    public Task<Result<OpenMcpStream>> DescribeAsync() => Grain.DescribeAsync(session.Caller);

    /// <summary>Stores a message and answers its sequence.</summary>
    public Task<long> AppendAsync(ReadOnlyMemory<byte> message, bool isLast, long mark = 0) => Grain.AppendAsync(message.ToArray(), isLast, mark, session.Caller);

    public Task BeatAsync() => Grain.BeatAsync();

    public Task<Result<McpStreamPage>> ReadAsync(long after, TimeSpan patience) => Grain.ReadAsync(after, patience, session.Caller);

    private IMcpStreamGrain Grain => grains.For(session.Caller.Tenant).Get<IMcpStreamGrain>($"{session.Id}/{stream}");
}
