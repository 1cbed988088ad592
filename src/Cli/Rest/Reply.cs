using System.Text.Json.Nodes;
using Platform.Cli.Outcomes;

namespace Platform.Cli.Rest;

/// <summary>What came of a request: an answer, or why there is none.</summary>
internal sealed record Reply
{
    public Refusal? Refusal { get; init; }

    /// <summary>Null where the answer has none.</summary>
    public JsonNode? Body { get; init; }

    /// <summary>The entity tag, as it is sent back in conditions.</summary>
    public string? Version { get; init; }

    /// <summary>Where the work that was begun is told of.</summary>
    public string? Operation { get; init; }

    /// <summary>It answers what was done by an earlier attempt, without the secret that that one revealed.</summary>
    public bool IsReplayed { get; init; }

    /// <summary>When the server answered, by its clock.</summary>
    public DateTimeOffset? At { get; init; }

    public static implicit operator Reply(Refusal refusal) => Of(refusal);

    public static Reply Of(Refusal refusal) => new() { Refusal = refusal };
}
