using System.Text.Json.Nodes;

namespace Platform.Cli.Rest;

/// <summary>One request to the management API.</summary>
/// <param name="Method">Of HTTP.</param>
/// <param name="Path">With its query.</param>
internal sealed record RestRequest(HttpMethod Method, string Path)
{
    public JsonNode? Body { get; init; }

    /// <summary>Condition: the version that must be there, or <c>*</c>.</summary>
    public string? IfMatch { get; init; }

    /// <summary>Condition: nothing is there yet.</summary>
    public bool IfNew { get; init; }

    /// <summary>A POST that the server must not be asked twice, not even under one key.</summary>
    public bool IsOnce { get; init; }

    /// <summary>Bytes instead of JSON, of this type; sent once.</summary>
    public (Stream Content, string? Type)? Bytes { get; init; }

    /// <summary>Where a stream of events goes on.</summary>
    public string? LastEventId { get; init; }

    /// <summary>Whether it may be sent again after nobody knows what became of it.</summary>
    public bool MayRepeat => Bytes is null && !IsOnce;
}
