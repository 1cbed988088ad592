using System.Text.Json;
using Platform.Abstractions.Problems;

namespace Platform.Api.Mcp;

/// <summary>What a method answers: the members of <c>result</c>, without those that every result has.</summary>
internal abstract class McpResult
{
    /// <summary>MCP 2026-07-28, ResultType: <c>complete</c>, <c>input_required</c> or <c>task</c>.</summary>
    public virtual string ResultType => "complete";

    /// <summary>A failure that travels in the result itself, for the audit trail; null when there is none.</summary>
    public virtual ProblemCode? Fault => null;

    /// <summary>For the cacheable methods of 2026-07-28: how long a client may keep the result, in milliseconds. Null for the others.</summary>
    public virtual int? TtlMs => null;

    public abstract void Write(Utf8JsonWriter writer, McpEra era);

    /// <summary>Members of the result's <c>_meta</c> beside those that every result has; 2026-07-28 only.</summary>
    public virtual void WriteMeta(Utf8JsonWriter writer)
    {
    }
}

/// <summary>A result without members of its own.</summary>
internal sealed class EmptyResult : McpResult
{
    public static EmptyResult Instance { get; } = new();

    public override void Write(Utf8JsonWriter writer, McpEra era)
    {
    }
}

/// <summary>A result that was serialized before, such as a list that only changes with the catalogue.</summary>
internal sealed class PreparedResult(byte[] modern, byte[] legacy) : McpResult
{
    /// <summary>The whole <c>result</c> object.</summary>
    public ReadOnlySpan<byte> For(McpEra era) => era == McpEra.Modern ? modern : legacy;

    public override void Write(Utf8JsonWriter writer, McpEra era) => writer.WriteRawValue(For(era), skipInputValidation: true);

    /// <summary>Serializes a result once for both eras.</summary>
    public static PreparedResult Of(McpResult result)
    {
        using var modern = new PooledBuffer();
        using var legacy = new PooledBuffer();
        McpReply.WriteResult(modern, result, McpEra.Modern);
        McpReply.WriteResult(legacy, result, McpEra.Legacy);
        return new PreparedResult(modern.Written.ToArray(), legacy.Written.ToArray());
    }
}
