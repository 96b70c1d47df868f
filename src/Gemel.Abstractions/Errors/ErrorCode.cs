namespace Gemel;

/// <summary>One entry of a module's error catalogue.</summary>
/// <param name="Code">Stable, three letters and three digits: <c>GMQ012</c>.</param>
/// <param name="Status">The HTTP status it maps to.</param>
/// <param name="IsRetryable">The same request may succeed later.</param>
/// <param name="Cause">What happened, with positional placeholders: <c>Property '{0}' is not defined on '{1}'.</c></param>
/// <param name="Action">What to do, with the same placeholders; may be empty where the cause says it.</param>
/// <param name="AzureCode">The code of Azure Digital Twins for the case; <c>InvalidArgument</c> where Azure has none better.</param>
public sealed record ErrorCode(string Code, int Status, bool IsRetryable, string Cause, string Action, string AzureCode = "InvalidArgument")
{
    /// <summary>An error of this kind with the placeholders filled in.</summary>
    public GemelError With(params object?[] arguments) => new(this, arguments);
}
