using Platform.Abstractions.Operations;

namespace Platform.Admin.Components.Pages.Operations;

/// <summary>Words for what operators watch.</summary>
internal static class OperationText
{
    private const string Root = "/operations";

    public static IReadOnlyList<(OperationState? State, string Text)> States { get; } =
        [(null, "All"), (OperationState.Waiting, "Waiting"), (OperationState.Running, "Running"), (OperationState.Succeeded, "Done"), (OperationState.Cancelled, "Taken back")];

    public static string Name(OperationState state) => state switch
    {
        OperationState.Waiting => "waiting",
        OperationState.Running => "running",
        OperationState.Succeeded => "succeeded",
        _ => "cancelled",
    };

    public static OperationState? State(string? name) => States.FirstOrDefault(known => known.State is { } state && Name(state) == name).State;

    /// <summary>As the audit trail calls it, or in words where they are known.</summary>
    public static string Kind(string kind) => kind switch
    {
        "tenants/purge" => "Purge of a tenant",
        "principals/export-data" => "Export of a person's data",
        "principals/erase" => "Erasure of a person's data",
        _ => kind,
    };

    /// <summary>The views of the first pages, with this one marked.</summary>
    public static IReadOnlyList<(string Text, string Href, bool IsCurrent)> Views(string current) =>
        [("Health", Root, current == "health"), ("Grains", Root + "/grains", current == "grains"), ("Long-running work", Root + "/work", current == "work")];
}
