// The texts of the UI in this language, one file for each area.
import access from "./vi/access.json";
import core from "./vi/core.json";
import data from "./vi/data.json";
import desk from "./vi/desk.json";
import lists from "./vi/lists.json";
import records from "./vi/records.json";
import settings from "./vi/settings.json";

export default { ...core, ...data, ...access, ...desk, ...lists, ...records, ...settings };
