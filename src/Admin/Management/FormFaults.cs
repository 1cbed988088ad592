using System.Text.Json;
using FluentValidation;

namespace Platform.Admin.Management;

/// <summary>
/// What a form has wrong, gathered before it is refused: nobody mends one field only to learn of the next. The bounds stay REST's; where a form is refused before REST is asked,
/// the same rules are read here for its other fields.
/// </summary>
internal sealed class FormFaults
{
    private readonly Dictionary<string, string[]> _errors = new(StringComparer.OrdinalIgnoreCase);

    public bool Any => _errors.Count > 0;

    public ProblemView Problem => ProblemView.Invalid(_errors);

    /// <summary>The first thing that is said of a field stands.</summary>
    public void Add(string field, string message) => _errors.TryAdd(field, [message]);

    /// <summary>With what REST would say of the rest. A field that could not be read is judged once.</summary>
    public ProblemView With<T>(IValidator<T> rules, T command)
    {
        foreach (var error in rules.Validate(command).Errors)
        {
            Add(Named(error.PropertyName), error.ErrorMessage);
        }

        return Problem;
    }

    private static string Named(string property) => string.Join('.', property.Split('.').Select(JsonNamingPolicy.CamelCase.ConvertName));
}
