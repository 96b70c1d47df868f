namespace Gemel.Query;

/// <summary>Errors of query texts and of their execution; prefix GMQ. The tens group them: 00 characters and words, 10 grammar and
/// names, 20 what the language does not have yet, 30 limits, 40 pages.</summary>
public static class QueryErrors
{
    public static readonly ErrorCode UnexpectedCharacter = new("GMQ001", 400, false,
        "The character '{0}' has no meaning here.", "{1}", SqlQueryError);

    public static readonly ErrorCode UnterminatedString = new("GMQ002", 400, false,
        "The string that begins here does not end.", "Close it with a single quote; a quote within it is written \\'.", SqlQueryError);

    public static readonly ErrorCode UnterminatedName = new("GMQ003", 400, false,
        "The name that begins with [[ here does not end.", "Close it with ]].", SqlQueryError);

    public static readonly ErrorCode BadNumber = new("GMQ004", 400, false,
        "'{0}' is not a number.", "Write digits, with a fraction and an exponent where needed: 80, -1.5, 2e3. A name that begins with a digit is written [[{0}]].", SqlQueryError);

    public static readonly ErrorCode Expected = new("GMQ010", 400, false,
        "{0} is expected, but {1} is found.", "{2}", SqlQueryError);

    public static readonly ErrorCode UnknownFunction = new("GMQ011", 400, false,
        "There is no function '{0}'.", "{1}", SqlQueryError);

    /// <summary>Not an error of a query but a hint beside its rows: an unknown property is undefined everywhere.</summary>
    public static readonly ErrorCode UnknownProperty = new("GMQ012", 400, false,
        "No model defines '{0}', so it is undefined on every twin.", "{1}", SqlQueryError);

    public static readonly ErrorCode WrongArguments = new("GMQ013", 400, false,
        "{0} is not called like this: {1}.", "Its form is {2}.", SqlQueryError);

    public static readonly ErrorCode DuplicateColumn = new("GMQ014", 400, false,
        "Two columns of a row would be called '{0}'.", "Give one of them another name with AS.", SqlQueryError);

    public static readonly ErrorCode MixedSelection = new("GMQ015", 400, false,
        "{0} cannot be selected together with others.", "Select it alone.", SqlQueryError);

    public static readonly ErrorCode UnknownCollection = new("GMQ016", 400, false,
        "'{0}' is not a collection.", "Use DIGITALTWINS or RELATIONSHIPS.", SqlQueryError);

    public static readonly ErrorCode UnknownAlias = new("GMQ017", 400, false,
        "'{0}' does not name a collection of this query.", "{1}", SqlQueryError);

    public static readonly ErrorCode BadTop = new("GMQ018", 400, false,
        "TOP takes a whole number from 1 to {0}, not '{1}'.", "Write TOP(10).", SqlQueryError);

    public static readonly ErrorCode NotForRelationships = new("GMQ019", 400, false,
        "{0} says nothing about relationships.", "Leave it out, or query FROM DIGITALTWINS.", SqlQueryError);

    public static readonly ErrorCode JoinNotSupported = new("GMQ020", 400, false,
        "JOIN is not supported by this version.", "Query one collection at a time: FROM RELATIONSHIPS gives the edges.", SqlQueryError);

    public static readonly ErrorCode MatchNotSupported = new("GMQ021", 400, false,
        "MATCH is not supported by this version.", "Query one collection at a time: FROM RELATIONSHIPS gives the edges.", SqlQueryError);

    public static readonly ErrorCode ClauseNotSupported = new("GMQ022", 400, false,
        "{0} is not supported by this version.", "Leave it out. A property of that name is written [[{0}]].", SqlQueryError);

    public static readonly ErrorCode TextTooLong = new("GMQ030", 400, false,
        "The query has {0} characters; at most {1} are allowed.", "Split it, or send fewer values in IN.", LimitExceeded);

    public static readonly ErrorCode TooDeep = new("GMQ031", 400, false,
        "The query nests parentheses and NOT deeper than {0} levels.", "Flatten the condition.", LimitExceeded);

    public static readonly ErrorCode TookTooLong = new("GMQ032", 400, true,
        "The query did not finish within {0} seconds.", "Narrow it, with IS_OF_MODEL or $dtId for instance.", "TimeoutError");

    public static readonly ErrorCode BadContinuation = new("GMQ040", 400, false,
        "The continuation token is not one of this server, or was given before it was last started.",
        "Send it as it was given, or begin again without one.", BadRequest);

    public static readonly ErrorCode ContinuationExpired = new("GMQ041", 400, false,
        "The state that the continuation token reads is no longer kept: {0}.", "Begin again without a token.", BadRequest);

    public static readonly ErrorCode BadPageSize = new("GMQ042", 400, false,
        "A page of {0} rows was asked for.", "Ask for 1 to {1} rows.");

    public static readonly ErrorCode NothingToRun = new("GMQ043", 400, false,
        "There is neither a query nor a continuation token.", "Send {{\"query\":\"SELECT * FROM DIGITALTWINS\"}}.", BadRequest);

    private const string SqlQueryError = "SqlQueryError";
    private const string LimitExceeded = "LimitExceeded";
    private const string BadRequest = "BadRequest";
}
