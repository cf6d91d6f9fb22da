// Every collection that has screens.
import { arrangeResources } from "../resource/define";
import "./customers";
import "./contacts";
import "./products";
import "./orders";
import "./payments";

arrangeResources("customers", "contacts", "products", "orders", "payments");
