using System.Collections.Frozen;
using Platform.Abstractions.Problems;

namespace Platform.Api.Mcp;

/// <summary>The methods this server has.</summary>
internal sealed class McpMethods(IEnumerable<IMcpMethod> methods)
{
    private readonly FrozenDictionary<string, IMcpMethod> _methods = methods.ToFrozenDictionary(method => method.Name, StringComparer.Ordinal);

    public bool TryFind(string name, out IMcpMethod? method) => _methods.TryGetValue(name, out method);

    /// <summary>A refusal of the first of some names that is no method's; null when all are.</summary>
    public Problem? FirstUnknown(IEnumerable<string> names) =>
        names.FirstOrDefault(name => !_methods.ContainsKey(name)) is { } unknown ? Problem.Invalid([new FieldError("methods", $"There is no method '{unknown}'.")]) : null;

    /// <summary>The method's name for logs and labels; what a client made up reads as <c>unknown</c>.</summary>
    public string NameOf(string name) =>
        _methods.ContainsKey(name) ? name : name.StartsWith("notifications/", StringComparison.Ordinal) ? "notification" : "unknown";
}
