using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Platform.Abstractions.Problems;

namespace Platform.Api.Management;

/// <summary>What a request says of the state it means to change (RFC 9110, 13.1).</summary>
internal enum ExpectedState
{
    /// <summary>Nothing was said.</summary>
    Unsaid = 0,

    /// <summary>One of the named versions.</summary>
    Versions = 1,

    /// <summary><c>If-Match: *</c>: any version, but it exists.</summary>
    Existing = 2,

    /// <summary><c>If-None-Match: *</c>: it does not exist yet.</summary>
    Absent = 3,
}

/// <summary>
/// Strong entity tags, which hold a version, and the conditions that clients make of them. Weak tags never match a condition for a change (RFC 9110, 8.8.3.2).
/// </summary>
/// <param name="State">What was said.</param>
/// <param name="Versions">With <see cref="ExpectedState.Versions"/>: those that were named, at most 16.</param>
internal readonly record struct EntityCondition(ExpectedState State, IReadOnlyList<string> Versions)
{
    private const int MaxTags = 16;

    /// <summary>The header's text for a version.</summary>
    public static string Tag(string version) => $"\"{version}\"";

    /// <summary>Refuses with <see cref="ProblemCode.InvalidParams"/> what is no condition, and both headers at once.</summary>
    public static Result<EntityCondition> Of(HttpRequest request)
    {
        var match = request.Headers.IfMatch;
        var none = request.Headers.IfNoneMatch;
        if (match.Count == 0 && none.Count == 0)
        {
            return default(EntityCondition);
        }

        if (match.Count > 0 && none.Count > 0)
        {
            return Problem.InvalidParams("Send If-Match or If-None-Match, not both.");
        }

        if (none.Count > 0)
        {
            return none is ["*"] ? new EntityCondition(ExpectedState.Absent, []) : Problem.InvalidParams("With a change, If-None-Match takes * alone.");
        }

        if (match is ["*"])
        {
            return new EntityCondition(ExpectedState.Existing, []);
        }

        return EntityTagHeaderValue.TryParseStrictList(match, out var tags) && tags.Count is > 0 and <= MaxTags && !tags.Contains(EntityTagHeaderValue.Any)
            ? new EntityCondition(ExpectedState.Versions, [.. tags.Where(tag => !tag.IsWeak).Select(tag => tag.Tag.ToString().Trim('"'))])
            : Problem.InvalidParams($"If-Match takes 1 to {MaxTags} entity tags, or *.");
    }

    /// <summary>The same, for changes that must say what they change: 428 when nothing is said (RFC 6585, 3).</summary>
    public static Result<EntityCondition> Required(HttpRequest request) =>
        !Of(request).Try(out var condition, out var invalid) ? invalid
            : condition.State == ExpectedState.Unsaid ? new Problem(ProblemCode.PreconditionRequired, "Read it first, then send its ETag as If-Match.")
            : condition;

    /// <summary>Null when a change may go on.</summary>
    /// <param name="current">The version that is there; null when nothing is.</param>
    public Problem? Check(string? current)
    {
        var holds = State switch
        {
            ExpectedState.Unsaid => true,
            ExpectedState.Existing => current is not null,
            ExpectedState.Absent => current is null,
            _ => current is not null && Versions.Contains(current, StringComparer.Ordinal),
        };
        return holds ? null : Problem.PreconditionFailed();
    }
}
