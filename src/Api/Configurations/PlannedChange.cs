using Platform.Abstractions.Problems;
using Platform.Api.Audit;
using Platform.Api.Management;

namespace Platform.Api.Configurations;

/// <summary>One use case of a route: its name in the trail, and the same call that the route makes.</summary>
/// <param name="Operation">As the trail calls it.</param>
/// <param name="RunAsync">The call.</param>
/// <param name="Tells">Whether what the trail says of the whole change is this step's doing.</param>
internal sealed record ChangeStep(string Operation, Func<Task<Problem?>> RunAsync, bool Tells = true);

/// <summary>What would become of one object, and how; no steps when it is as it should be.</summary>
internal sealed record PlannedChange(ConfigurationKind Kind, string? Name, ConfigurationAction Action, IReadOnlyDictionary<string, ChangedField> Fields, IReadOnlyList<ChangeStep> Steps)
{
    /// <summary>Plans the difference of two whole objects of one type.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="name">Null where there is one.</param>
    /// <param name="before">Null when it is made.</param>
    /// <param name="after">Null when it is taken away.</param>
    /// <param name="steps">What makes the difference; asked only when there is one.</param>
    public static PlannedChange Between<T>(ConfigurationKind kind, string? name, T? before, T? after, Func<IReadOnlyDictionary<string, ChangedField>, IEnumerable<ChangeStep>> steps)
        where T : class
    {
        var fields = ChangedFields.Between(before, after);
        var action = before is null ? ConfigurationAction.Create : after is null ? ConfigurationAction.Delete : fields.Count > 0 ? ConfigurationAction.Update : ConfigurationAction.Unchanged;
        return new PlannedChange(kind, name, action, fields, action == ConfigurationAction.Unchanged ? [] : [.. steps(fields)]);
    }

    /// <summary>What the trail says of it, by the names that its own route says it by. Names of people are no settings: an erasure must reach them.</summary>
    public IReadOnlyDictionary<string, ChangedField> Recorded => Kind switch
    {
        ConfigurationKind.Member => Fields.Where(pair => pair.Key != "displayName").ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal),
        ConfigurationKind.RateLimitPlan => Fields.ToDictionary(pair => pair.Key == "name" ? "plan" : pair.Key, pair => pair.Value, StringComparer.Ordinal),
        _ => Fields,
    };

    /// <param name="outcome">Of what there was to do.</param>
    /// <param name="problem">Why it failed.</param>
    public ConfigurationChange Told(ConfigurationOutcome outcome, ProblemBody? problem = null) =>
        new() { Kind = Kind, Name = Name, Action = Action, Outcome = Steps.Count == 0 ? ConfigurationOutcome.Unchanged : outcome, Fields = Fields, Problem = Steps.Count == 0 ? null : problem };
}
